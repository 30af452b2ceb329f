package dev.varve.sandbox.host;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The contract, of the simulated machine. */
class RpmOstreeContractTest extends RpmOstreeContract {
    @TempDir Path root;

    @Override
    HostUnderTest ready() {
        return SimulatedHost.booted(root);
    }
}
