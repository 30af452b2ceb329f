package dev.varve.sandbox.host;

import dev.varve.contract.Pullspec;
import java.nio.file.Path;
import java.time.Duration;

/** The simulated machine, under the contract test. */
record SimulatedHost(Machine machine) implements HostUnderTest {
    static final MachineTimes FAST =
            new MachineTimes(Duration.ofMillis(120), Duration.ofSeconds(2), Duration.ofMillis(20), Duration.ofSeconds(5));

    static SimulatedHost booted(Path root) {
        Machine machine = new Machine("worker-0", root, Images.FACTORY, Images.FACTORY_VERSION, new Images(), FAST);
        machine.start();
        return new SimulatedHost(machine);
    }

    @Override
    public Path busSocket() {
        return machine.runDir().resolve("dbus/system_bus_socket");
    }

    @Override
    public Path run() {
        return machine.runDir();
    }

    @Override
    public Pullspec factory() {
        return Images.FACTORY;
    }

    @Override
    public Pullspec image() {
        return Images.NEW;
    }

    @Override
    public Pullspec otherImage() {
        return Images.NEWER;
    }

    @Override
    public Pullspec missingImage() {
        return Images.MISSING;
    }

    @Override
    public Pullspec unbootableImage() {
        return Images.UNBOOTABLE;
    }

    @Override
    public Pullspec imageOfOtherArchitecture() {
        return Images.FOREIGN;
    }

    @Override
    public void close() {
        machine.close();
    }
}
