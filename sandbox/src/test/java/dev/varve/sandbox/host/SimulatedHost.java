package dev.varve.sandbox.host;

import static org.awaitility.Awaitility.await;

import dev.varve.contract.Pullspec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The simulated machine, under the contract test. It has no blobs that could be corrupt and no kernels: there the fault is armed with
 * the text of rpm-ostree-dbus.md 7.4, and what the test shows is what comes of it.
 */
record SimulatedHost(Machine machine, Images images, List<Inhibitor> inhibitors) implements HostUnderTest {
    static final MachineTimes FAST =
            new MachineTimes(Duration.ofMillis(120), Duration.ofSeconds(2), Duration.ofMillis(20), Duration.ofSeconds(5));

    static SimulatedHost booted(Path root) {
        Images images = new Images();
        Machine machine = new Machine("worker-0", root, Images.FACTORY, Images.FACTORY_VERSION, images, FAST);
        machine.start();
        return new SimulatedHost(machine, images, new CopyOnWriteArrayList<>());
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
    public boolean hasNoPolkit() {
        return true;
    }

    @Override
    public Optional<Pullspec> find(TestImage image) {
        return switch (image) {
            case FACTORY -> Optional.of(Images.FACTORY);
            case IMAGE -> Optional.of(Images.NEW);
            case SLOW, SLOW_TO_UNPACK -> Optional.of(Images.SLOW);
            case OTHER -> Optional.of(Images.NEWER);
            case INDEX -> Optional.of(Images.INDEX);
            case TAG -> Optional.of(Images.TAG);
            case MISSING -> Optional.of(Images.MISSING);
            case UNBOOTABLE -> Optional.of(Images.UNBOOTABLE);
            case OF_OTHER_ARCHITECTURE -> Optional.of(Images.FOREIGN);
            case PRIVATE -> Optional.of(Images.PRIVATE);
            case UNREACHABLE -> Optional.of(Images.UNREACHABLE);
            case WITHOUT_KERNEL -> failing("Staging deployment: Initializing deployment: Failed to find kernel in /usr/lib/modules, /usr/lib/ostree-boot or /boot");
            case WITHOUT_LAYER -> Optional.of(Images.WITHOUT_LAYER);
            case CORRUPT, AT_UNKNOWN_NAME -> Optional.empty();
        };
    }

    private Optional<Pullspec> failing(String text) {
        machine.arm(new Fault.PullFails(text));
        return Optional.of(Images.NEWER);
    }

    @Override
    public AutoCloseable inhibit(String who, String why, String mode) {
        Inhibitor inhibitor = new Inhibitor("shutdown", who, why, mode);
        inhibitors.add(inhibitor);
        machine.inhibitedBy(inhibitors);
        return () -> {
            inhibitors.remove(inhibitor);
            machine.inhibitedBy(inhibitors);
        };
    }

    @Override
    public void loseReboots() {
        machine.arm(new Fault.RebootLost());
    }

    @Override
    public void endRegistry() {
        images.down();
    }

    @Override
    public Act endRegistryBetweenLayers() {
        int before = images.layersOut();
        return () -> {
            await().until(() -> images.layersOut() > before);
            images.down();
        };
    }

    @Override
    public void killRegistryWithinABlob() {
        throw HostUnderTest.cannot("the simulated host fetches no blobs");
    }

    @Override
    public void breakCredentials() {
        throw HostUnderTest.cannot("the simulated host's images need no credentials file");
    }

    @Override
    public void endLogind() {
        throw HostUnderTest.cannot("the simulated host's logind lives as long as the host");
    }

    @Override
    public AutoCloseable lockSysroot() {
        throw HostUnderTest.cannot("the simulated host has no sysroot that could be locked");
    }

    @Override
    public AutoCloseable exitIdleAfter(int seconds) throws Exception {
        Path config = Files.createDirectories(machine.rootDir().resolve("etc")).resolve("rpm-ostreed.conf");
        Files.writeString(config, IDLE_EXIT.formatted(seconds));
        return () -> Files.delete(config);
    }

    @Override
    public void undeployStaged() {
        throw HostUnderTest.cannot("the simulated host's rpm-ostree does not look for what others do to deployments");
    }

    @Override
    public AutoCloseable fillDisk() {
        throw HostUnderTest.cannot("the simulated host has no disk");
    }

    @Override
    public void close() {
        machine.close();
    }
}
