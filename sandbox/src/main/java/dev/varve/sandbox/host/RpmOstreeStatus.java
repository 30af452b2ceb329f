package dev.varve.sandbox.host;

import dev.varve.sandbox.host.bus.BusClient;
import dev.varve.sandbox.host.bus.BusError;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.freedesktop.dbus.types.Variant;

/** Prints what {@code rpm-ostree status} prints, from what the daemon says on the bus. */
final class RpmOstreeStatus {
    private final Path busSocket;

    RpmOstreeStatus(Path busSocket) {
        this.busSocket = busSocket;
    }

    /** @throws IllegalStateException where there is no bus, or rpm-ostree does not answer */
    String print() {
        try (BusClient client = BusClient.onBus(busSocket)) {
            Map<?, ?> properties = (Map<?, ?>) client.call(
                            RpmOstreed.NAME,
                            RpmOstreed.SYSROOT_PATH,
                            "org.freedesktop.DBus.Properties",
                            "GetAll",
                            "s",
                            RpmOstreed.SYSROOT)
                    .getFirst();
            StringBuilder text = new StringBuilder("State: ");
            text.append(value(properties, "ActiveTransactionPath").equals("") ? "idle" : "busy").append("\nDeployments:\n");
            List<?> deployments = (List<?>) value(properties, "Deployments");
            deployments.forEach(deployment -> append(text, (Map<?, ?>) deployment));
            return text.toString().stripTrailing() + "\n";
        } catch (BusError | IOException failed) {
            throw new IllegalStateException("rpm-ostree status at " + busSocket, failed);
        }
    }

    private static void append(StringBuilder text, Map<?, ?> deployment) {
        Instant created = Instant.ofEpochSecond(((Number) value(deployment, "timestamp")).longValue());
        text.append(value(deployment, "booted").equals(true) ? "* " : "  ")
                .append(value(deployment, "container-image-reference"))
                .append("\n                    Digest: ")
                .append(value(deployment, "container-image-reference-digest"))
                .append("\n                  Version: ")
                .append(value(deployment, "version"))
                .append(" (")
                .append(created)
                .append(")\n\n");
    }

    private static Object value(Map<?, ?> dict, String key) {
        return dict.get(key) instanceof Variant<?> variant ? variant.getValue() : "";
    }
}
