package dev.varve.sandbox.host;

import static org.awaitility.Awaitility.await;

import dev.varve.contract.Pullspec;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Any host with a bus that can be reached from here, under the contract test. It is described by properties (docs/testing.md): its
 * images, by {@link TestImage#key}, and what may be done to it.
 */
record BusHost(Path busSocket, Path run, Properties facts) implements HostUnderTest {
    private static final String ADDRESS = "unix:path=";
    private static final int SIGKILL = 9;
    /** A blob of which so many bytes were sent has begun to arrive. */
    private static final int BEGUN = 1 << 20;
    private static final int SMALL_LAYER = 48 << 10;
    private static final Duration STILL = Duration.ofMillis(20);

    /**
     * As the JVM's properties say: {@code varve.bus} is the bus's address, {@code varve.run} stands for the host's {@code /run} and is
     * {@code /run} by default, and {@code varve.host} is the file that describes the host.
     */
    static BusHost fromProperties() throws Exception {
        String bus = System.getProperty("varve.bus", "");
        String description = System.getProperty("varve.host", "");
        if (!bus.startsWith(ADDRESS) || description.isEmpty()) {
            throw new IllegalArgumentException(
                    "want -Dvarve.bus=unix:path=... and -Dvarve.host=FILE that names the images, see docs/testing.md; varve.bus is '" + bus + "'");
        }
        return ready(Path.of(bus.substring(ADDRESS.length())), Path.of(System.getProperty("varve.run", "/run")), Path.of(description));
    }

    /** Also brings it back to what it was before anybody asked for anything. */
    static BusHost ready(Path busSocket, Path run, Path description) throws Exception {
        Properties facts = new Properties();
        try (Reader reader = Files.newBufferedReader(description)) {
            facts.load(reader);
        }
        BusHost host = new BusHost(busSocket, run, facts);
        host.settle();
        return host;
    }

    private void settle() throws Exception {
        for (String unit : new String[] {"registry", "logind"}) {
            if (facts.containsKey(unit)) {
                systemd("StartUnit", "ss", facts.getProperty(unit), "replace");
            }
        }
        if (facts.containsKey("credentials")) {
            Files.deleteIfExists(Path.of(facts.getProperty("credentials")));
        }
        try (RpmOstreeWire wire = new RpmOstreeWire(busSocket, run)) {
            wire.settle();
        }
    }

    @Override
    public boolean hasNoPolkit() {
        return facts.getProperty("polkit", "yes").equals("no");
    }

    @Override
    public Optional<Pullspec> find(TestImage image) {
        return Optional.ofNullable(facts.getProperty(image.key())).map(Pullspec::parse);
    }

    /** By systemd's own tool, as anybody would. */
    @Override
    public AutoCloseable inhibit(String who, String why, String mode) throws Exception {
        ProcessBuilder command = new ProcessBuilder(
                "systemd-inhibit", "--what=shutdown", "--who=" + who, "--why=" + why, "--mode=" + mode, "sh", "-c", "echo on; read end");
        command.environment().put("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=" + busSocket);
        Process holder = command.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        if (!"on".equals(holder.inputReader().readLine())) {
            throw new IOException("systemd-inhibit gives no inhibitor");
        }
        return () -> {
            holder.getOutputStream().close();
            holder.waitFor();
        };
    }

    @Override
    public void loseReboots() {
        if (!facts.getProperty("reboots", "yes").equals("no")) {
            throw HostUnderTest.cannot("this host would really reboot");
        }
    }

    @Override
    public void endRegistry() throws Exception {
        systemd("StopUnit", "ss", fact("registry"), "replace");
    }

    /** Sent is what so small a blob is once nothing more is written for a moment: whoever unpacks it is no more waited for. */
    @Override
    public Act endRegistryBetweenLayers() throws Exception {
        long before = written();
        AtomicLong last = new AtomicLong();
        return () -> {
            await().pollInterval(STILL).until(() -> {
                long now = written();
                return last.getAndSet(now) == now && now > before + SMALL_LAYER;
            });
            endRegistry();
        };
    }

    @Override
    public void killRegistryWithinABlob() throws Exception {
        long before = written();
        await().until(() -> written() > before + BEGUN);
        systemd("KillUnit", "ssi", fact("registry"), "all", SIGKILL);
    }

    /** What the registry has written since it was started, in bytes. */
    private long written() throws IOException {
        List<String> processes = Files.readAllLines(Path.of(fact("processes")));
        String pid = processes.reversed().stream()
                .filter(line -> line.startsWith("docker-registry "))
                .map(line -> line.substring(line.indexOf(' ') + 1))
                .findFirst()
                .orElseThrow();
        return Files.readAllLines(Path.of("/proc", pid, "io")).stream()
                .filter(line -> line.startsWith("wchar: "))
                .mapToLong(line -> Long.parseLong(line.substring("wchar: ".length())))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void breakCredentials() throws Exception {
        Files.writeString(Path.of(fact("credentials")), "not JSON");
    }

    @Override
    public void endLogind() throws Exception {
        systemd("StopUnit", "ss", fact("logind"), "replace");
    }

    /** libostree's lock and Java's are of a kind: each sees the other's. */
    @Override
    public AutoCloseable lockSysroot() throws Exception {
        RandomAccessFile file = new RandomAccessFile(sysroot().resolve("ostree/lock").toFile(), "rw");
        file.getChannel().lock();
        return file;
    }

    @Override
    public AutoCloseable exitIdleAfter(int seconds) throws Exception {
        Path config = Path.of(fact("config"));
        Optional<String> before = Files.exists(config) ? Optional.of(Files.readString(config)) : Optional.empty();
        Files.writeString(config, IDLE_EXIT.formatted(seconds));
        return () -> {
            if (before.isPresent()) {
                Files.writeString(config, before.get());
            } else {
                Files.delete(config);
            }
        };
    }

    /** What is staged is that file; whoever changes deployments says so by the time of that directory. */
    @Override
    public void undeployStaged() throws Exception {
        Path deployments = sysroot().resolve("ostree/deploy");
        Files.delete(run.resolve("ostree/staged-deployment"));
        Files.setLastModifiedTime(deployments, FileTime.from(Instant.now()));
    }

    @Override
    public AutoCloseable fillDisk() throws Exception {
        Path config = sysroot().resolve("ostree/repo/config");
        String before = Files.readString(config);
        Files.writeString(config, before.replace("[core]\n", "[core]\nmin-free-space-percent=99\n"));
        return () -> Files.writeString(config, before);
    }

    /** It goes on without us. */
    @Override
    public void close() {}

    private Path sysroot() {
        return Path.of(fact("sysroot"));
    }

    private String fact(String part) {
        return Optional.ofNullable(facts.getProperty(part))
                .orElseThrow(() -> HostUnderTest.cannot("this host's " + part + " is not to be touched"));
    }

    private void systemd(String method, String signature, Object... arguments) throws Exception {
        try (SystemdUnits units = new SystemdUnits(busSocket)) {
            units.call(method, signature, arguments);
        }
    }
}
