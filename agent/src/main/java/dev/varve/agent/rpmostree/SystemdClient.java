package dev.varve.agent.rpmostree;

import dev.varve.agent.host.HostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What we ask of systemd and logind. A host without them is an error: nothing could be rebooted there. */
final class SystemdClient {
    static final String NAME = "org.freedesktop.systemd1";
    static final String JOBS = "type='signal',sender='" + NAME + "',interface='" + NAME + ".Manager',member='JobRemoved'";
    /** Applies a stage at shutdown; where it is not active, the stage is lost. */
    static final String FINALIZER = "ostree-finalize-staged.service";
    private static final String PATH = "/org/freedesktop/systemd1";
    private static final String MANAGER = NAME + ".Manager";
    /** Without it systemd signals to nobody; to be called once for each connection. */
    static final Method SUBSCRIBE = new Method(PATH, MANAGER, "Subscribe", "");
    private static final String LOGIN = "org.freedesktop.login1";
    private static final Method LIST_INHIBITORS = new Method("/org/freedesktop/login1", LOGIN + ".Manager", "ListInhibitors", "");

    private final SystemBus bus;
    private final Duration jobTimeout;

    SystemdClient(SystemBus bus, Duration jobTimeout) {
        this.bus = bus;
        this.jobTimeout = jobTimeout;
    }

    boolean isActive(String unit) {
        String operation = "ask for the state of " + unit;
        Object path = bus.call(operation, NAME, new Method(PATH, MANAGER, "LoadUnit", "s"), unit).getFirst();
        Object state = bus.call(operation, NAME, Method.get(path.toString()), NAME + ".Unit", "ActiveState").getFirst();
        return DBusValues.unwrapped(state).equals("active");
    }

    /** Starts a unit and waits for the end of its job. @throws HostException where that was not a success */
    void start(String unit) {
        String operation = "start " + unit;
        BlockingQueue<List<Object>> removed = new LinkedBlockingQueue<>();
        try (SystemBus.Subscription jobs = bus.listen(new JobEnds(removed))) {
            Object job = bus.call(operation, NAME, new Method(PATH, MANAGER, "StartUnit", "ss"), unit, "replace").getFirst();
            String result = result(removed, job.toString());
            if (!result.equals("done")) {
                throw new HostException(operation, "", "its job ended in " + result);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new HostException(operation, "interrupted", stopped);
        }
    }

    /** Who blocks a shutdown, one line each; delays and weak blocks do not count, as rpm-ostree sees it. */
    List<String> shutdownBlocks() {
        List<?> all = DBusValues.list(bus.call("list inhibitors", LOGIN, LIST_INHIBITORS).getFirst());
        return all.stream()
                .map(DBusValues::list)
                .filter(row -> row.get(0).toString().contains("shutdown") && row.get(3).equals("block"))
                .map(row -> row.get(1) + ": " + row.get(2))
                .toList();
    }

    private String result(BlockingQueue<List<Object>> removed, String job) throws InterruptedException {
        long deadline = System.nanoTime() + jobTimeout.toNanos();
        while (true) {
            List<Object> end = removed.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (end == null) {
                return "nothing within " + jobTimeout.toSeconds() + " s";
            }
            if (end.isEmpty()) {
                return "the loss of the bus";
            }
            if (end.get(1).toString().equals(job)) {
                return end.get(3).toString();
            }
        }
    }

    /** Collects JobRemoved (id, job, unit, result), and an empty list where the bus is lost. */
    private record JobEnds(BlockingQueue<List<Object>> removed) implements SystemBus.Listener {
        @Override
        public void heard(String path, String member, List<Object> values) {
            if (member.equals("JobRemoved")) {
                removed.add(values);
            }
        }

        @Override
        public void lost() {
            removed.add(List.of());
        }
    }
}
