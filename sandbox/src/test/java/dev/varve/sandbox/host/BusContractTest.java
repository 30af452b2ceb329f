package dev.varve.sandbox.host;

import java.nio.file.Path;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The contract, of the rpm-ostree on any bus (docs/testing.md): {@code varve.bus} is the bus's address, {@code varve.run} stands for the
 * host's {@code /run} and is {@code /run} by default, and {@code varve.host} is a file of properties that names the images.
 */
@EnabledIfSystemProperty(named = "varve.bus", matches = ".+")
class BusContractTest extends RpmOstreeContract {
    private static final String ADDRESS = "unix:path=";

    @Override
    HostUnderTest ready() throws Exception {
        String bus = System.getProperty("varve.bus");
        String description = System.getProperty("varve.host", "");
        if (!bus.startsWith(ADDRESS) || description.isEmpty()) {
            throw new IllegalArgumentException(
                    "want -Dvarve.bus=unix:path=... and -Dvarve.host=FILE with the images to pull, see docs/testing.md; varve.bus is " + bus);
        }
        return BusHost.ready(Path.of(bus.substring(ADDRESS.length())), Path.of(System.getProperty("varve.run", "/run")), Path.of(description));
    }
}
