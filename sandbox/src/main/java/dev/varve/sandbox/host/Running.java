package dev.varve.sandbox.host;

import dev.varve.sandbox.host.bus.Bus;
import dev.varve.sandbox.host.bus.MainLoop;
import java.io.Closeable;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One boot of a machine: its bus and the daemons on it, until they all end together. */
final class Running implements Closeable {
    private static final int SIGKILL = 9;
    static final int SIGTERM = 15;
    private static final int SIGCONT = 18;
    private static final int SIGSTOP = 19;

    private final Storage storage;
    private final MachineFiles files;
    private final Runnable reboot;
    private final MainLoop systemdLoop = new MainLoop("systemd");
    private final MainLoop logindLoop = new MainLoop("systemd-logind");
    private final Bus bus;
    private @Nullable RpmOstreed rpmOstreed;

    /**
     * @param lastShutdown what {@code ostree-boot-complete.service} makes of it: {@code active} or {@code failed}
     * @throws IOException where the bus cannot be bound
     */
    Running(MachineFiles files, Storage storage, String lastShutdown, Runnable reboot) throws IOException {
        this.storage = storage;
        this.files = files;
        this.reboot = reboot;
        this.bus = new Bus(files.busSocket());
        bus.own(Systemd.NAME, systemdLoop, owner -> new Systemd(
                owner,
                Map.of(
                        "boot-complete.target", () -> "active",
                        "ostree-boot-complete.service", () -> lastShutdown,
                        "ostree-finalize-staged.service", () -> storage.sysroot().staged().isPresent() ? "active" : "inactive",
                        "rpm-ostreed.service", () -> rpmOstreedRuns() ? "active" : "inactive"),
                storage.otherUpdaters(),
                this::startRpmOstreed,
                this::signalRpmOstreed));
        bus.own(Logind.NAME, logindLoop, owner -> new Logind(storage.inhibitors()));
        bus.activatable(RpmOstreed.NAME, this::startRpmOstreed);
    }

    synchronized void deploymentsChanged() {
        if (rpmOstreed != null) {
            rpmOstreed.deploymentsChanged();
        }
    }

    /** Every process ends at once. */
    @Override
    public synchronized void close() throws IOException {
        bus.close();
        if (rpmOstreed != null) {
            rpmOstreed.kill();
            rpmOstreed = null;
        }
        systemdLoop.close();
        logindLoop.close();
    }

    private synchronized boolean rpmOstreedRuns() {
        return rpmOstreed != null && rpmOstreed.alive();
    }

    private synchronized void signalRpmOstreed(int number) {
        if (rpmOstreed != null) {
            switch (number) {
                case SIGKILL -> rpmOstreed.kill();
                case SIGTERM -> rpmOstreed.terminate();
                case SIGSTOP -> rpmOstreed.stop();
                case SIGCONT -> rpmOstreed.resume();
                default -> throw new IllegalArgumentException("rpm-ostreed of the simulation knows no signal " + number);
            }
        }
    }

    /** One that is about to end is let to end before. */
    private synchronized void startRpmOstreed() {
        if (rpmOstreed != null && rpmOstreed.leaving()) {
            rpmOstreed.awaitEnd();
        }
        if (!rpmOstreedRuns()) {
            rpmOstreed = RpmOstreed.start(bus, storage, files, reboot);
        }
    }
}
