package dev.varve.sandbox.host;

import dev.varve.contract.ImageReference;
import dev.varve.contract.Pullspec;
import dev.varve.sandbox.Outage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One simulated machine. It starts off; {@link #start} boots it at once, everything later takes the times it was given. A
 * machine that is up has a bus at {@link #busAddress}, of which whoever runs the simulation is root. Its
 * {@code etc/rpm-ostreed.conf} is read for {@code IdleExitTimeout}. Safe for use by several threads. It uses virtual threads only.
 */
public final class Machine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Machine.class);
    private static final List<String> FIRST_KERNEL_ARGUMENTS = List.of("rw", "console=ttyS0", "ignition.platform.id=qemu");

    private final String name;
    private final MachineFiles files;
    private final Storage storage;
    private final List<MachineListener> listeners = new CopyOnWriteArrayList<>();
    private @Nullable Running running;
    private @Nullable Thread power;
    private String bootId = "";
    private boolean shuttingDown;

    /**
     * @param root becomes the machine's {@code /}; its path must leave room for a socket's, about 75 characters
     * @param initial runs at the first boot; must have a digest
     * @param version of that image
     */
    public Machine(String name, Path root, Pullspec initial, String version, ImageSource images, MachineTimes times) {
        this.name = name;
        this.files = new MachineFiles(root);
        Deployment first = new Deployment(
                ImageReference.refspec(initial),
                initial.requireDigest(),
                version,
                Instant.now().minus(Duration.ofDays(1)),
                ImageFacts.hash(initial + " as installed").hex(),
                FIRST_KERNEL_ARGUMENTS);
        Sysroot sysroot = new Sysroot(files.staged(), first);
        this.storage = new Storage(
                sysroot, new Layers(), images, new Faults(), times, new CopyOnWriteArrayList<>(), new OtherUpdaters(), this::deploymentsChanged);
    }

    public String name() {
        return name;
    }

    /** Boots without delay; for the first time, or after {@link Fault.BootNeverReturns}. Does nothing where it is up. */
    public synchronized void start() {
        if (running == null) {
            stopWhatGoesOn();
            boot();
        }
    }

    /** Switches a machine on that is off, and lets it take its time to boot. */
    public synchronized void powerOn() {
        if (running == null) {
            stopWhatGoesOn();
            power = Thread.ofVirtual().name(name + " power").start(() -> bootAfter(storage.times().boot()));
        }
    }

    /** Orders an orderly reboot: shutdown, finalisation of an unlocked stage, boot. Returns at once. */
    public synchronized void reboot() {
        if (running != null && !shuttingDown) {
            shuttingDown = true;
            power = Thread.ofVirtual().name(name + " power").start(this::shutDownAndBoot);
        }
    }

    /** Takes the power away, now, and gives it back: whatever was only staged is lost. Returns when the machine is off. */
    public synchronized void powerCut() {
        stopWhatGoesOn();
        halt(Outage.POWER_CUT);
        power = Thread.ofVirtual().name(name + " power").start(() -> bootAfter(storage.times().boot()));
    }

    /** Makes one thing go wrong when its turn comes. */
    public void arm(Fault fault) {
        storage.faults().arm(fault);
    }

    /** Nothing is to go wrong any more. */
    public void disarm() {
        storage.faults().clear();
    }

    /** Who holds up a shutdown from now on; nobody by default. */
    public void inhibitedBy(List<Inhibitor> inhibitors) {
        storage.inhibitors().clear();
        storage.inhibitors().addAll(inhibitors);
    }

    public OtherUpdaters otherUpdaters() {
        return storage.otherUpdaters();
    }

    /** Of this boot, or of the last one where the machine is down. */
    public synchronized String bootId() {
        return bootId;
    }

    /** True while the processes on the machine live, a part of the shutdown included. */
    public synchronized boolean isUp() {
        return running != null;
    }

    public String busAddress() {
        return "unix:path=" + files.busSocket();
    }

    /** Stands for {@code /run} of the machine. */
    public Path runDir() {
        return files.run();
    }

    /** Stands for {@code /} of the machine. */
    public Path rootDir() {
        return files.root();
    }

    public void addListener(MachineListener listener) {
        listeners.add(listener);
    }

    public void removeListener(MachineListener listener) {
        listeners.remove(listener);
    }

    /** @throws IllegalStateException where the machine is down, or rpm-ostree does not answer */
    public String rpmOstreeStatus() {
        return new RpmOstreeStatus(files.busSocket()).print();
    }

    /**
     * @return empty where the machine is down, or goes down before the answer
     * @throws IllegalStateException where rpm-ostree does not answer on a machine that stays up
     */
    public Optional<String> rpmOstreeStatusWhereUp() {
        String boot = bootId();
        if (!isUp()) {
            return Optional.empty();
        }
        try {
            return Optional.of(rpmOstreeStatus());
        } catch (IllegalStateException failed) {
            if (isUp() && boot.equals(bootId())) {
                throw failed;
            }
            return Optional.empty();
        }
    }

    /** Switches the machine off for good. */
    @Override
    public synchronized void close() {
        stopWhatGoesOn();
        halt(Outage.SWITCHED_OFF);
    }

    private void deploymentsChanged() {
        Running now;
        synchronized (this) {
            now = running;
        }
        if (now != null) {
            now.deploymentsChanged();
        }
    }

    private void shutDownAndBoot() {
        Duration half = storage.times().shutdown().dividedBy(2);
        try {
            Thread.sleep(half);
            unlessOvertaken(() -> halt(Outage.REBOOT));
            Thread.sleep(half);
            unlessOvertaken(this::finalizeStaged);
            bootAfter(storage.times().boot());
        } catch (InterruptedException overtaken) {
            Thread.currentThread().interrupt();
        }
    }

    private void bootAfter(Duration delay) {
        try {
            if (storage.faults().take(Fault.BootNeverReturns.class).isPresent()) {
                LOG.info("{} does not come back from this boot", name);
                return;
            }
            Thread.sleep(delay);
            unlessOvertaken(this::boot);
        } catch (InterruptedException overtaken) {
            Thread.currentThread().interrupt();
        }
    }

    /** A power cut or a switch interrupts what goes on while it holds the lock: what comes after that no longer counts. */
    private synchronized void unlessOvertaken(Runnable step) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("overtaken by a power cut or a switch");
        }
        step.run();
    }

    private synchronized void finalizeStaged() {
        Optional<Fault.FinalizationFails> fault = storage.faults().take(Fault.FinalizationFails.class);
        if (fault.isEmpty()) {
            storage.sysroot().finalizeStaged();
            return;
        }
        try {
            Files.createDirectories(files.failureStamp().getParent());
            Files.writeString(files.failureStamp(), fault.get().text());
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot write " + files.failureStamp(), failed);
        }
    }

    private synchronized void boot() {
        boolean once = storage.faults().take(Fault.BootFallsBack.class).isPresent();
        storage.sysroot().boot(once || storage.faults().holds(Fault.NoNewImageBoots.class));
        bootId = UUID.randomUUID().toString();
        try {
            files.boot(bootId, "BOOT_IMAGE=(hd0,gpt3)/ostree/vmlinuz " + storage.sysroot().booted().options());
            boolean finalizationFailed = Files.deleteIfExists(files.failureStamp());
            Runnable orderReboot = () -> {
                if (storage.faults().take(Fault.RebootLost.class).isEmpty()) {
                    Thread.ofVirtual().name(name + " reboot").start(this::reboot);
                }
            };
            running = new Running(files, storage, finalizationFailed ? "failed" : "active", orderReboot);
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot boot " + name + " in " + files.root(), failed);
        }
        shuttingDown = false;
        listeners.forEach(listener -> listener.cameUp(bootId));
    }

    private synchronized void halt(Outage why) {
        Running ending = running;
        if (ending == null) {
            return;
        }
        running = null;
        try {
            ending.close();
            files.emptyRun();
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot halt " + name, failed);
        }
        listeners.forEach(listener -> listener.wentDown(why));
    }

    private void stopWhatGoesOn() {
        if (power != null) {
            power.interrupt();
            power = null;
        }
        shuttingDown = false;
    }
}
