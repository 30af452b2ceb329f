package dev.varve.sandbox.host;

import dev.varve.sandbox.host.bus.BusClient;
import dev.varve.sandbox.host.bus.Signal;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** systemd's units, as an administrator starts and kills them. */
final class SystemdUnits implements AutoCloseable {
    private static final String SYSTEMD = "org.freedesktop.systemd1";
    private static final String PATH = "/org/freedesktop/systemd1";
    private final BusClient bus;

    SystemdUnits(Path busSocket) throws Exception {
        bus = BusClient.onBus(busSocket);
        bus.match("type='signal',interface='" + SYSTEMD + ".Manager',member='JobRemoved'");
        bus.call(SYSTEMD, PATH, SYSTEMD + ".Manager", "Subscribe", "");
    }

    /** Returns when the job is done, where there is one. */
    void call(String method, String signature, Object... arguments) throws Exception {
        List<Object> answer = bus.call(SYSTEMD, PATH, SYSTEMD + ".Manager", method, signature, arguments);
        while (!answer.isEmpty()) {
            Signal signal = bus.signals().poll(60, TimeUnit.SECONDS);
            if (signal == null) {
                throw new AssertionError(method + " of " + arguments[0] + " does not end");
            }
            if (signal.member().equals("JobRemoved") && signal.arguments().get(1).toString().equals(answer.getFirst().toString())) {
                return;
            }
        }
    }

    @Override
    public void close() {
        bus.close();
    }
}
