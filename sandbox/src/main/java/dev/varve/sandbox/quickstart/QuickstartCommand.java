package dev.varve.sandbox.quickstart;

import dev.varve.contract.ContractException;
import dev.varve.contract.Durations;
import dev.varve.sandbox.Cluster;
import dev.varve.sandbox.Logs;
import dev.varve.sandbox.Sandbox;
import dev.varve.sandbox.SandboxException;
import dev.varve.sandbox.SandboxOptions;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code varve quickstart}. Exit codes: 0 every claim holds, 1 one does not or the walk-through stuck, 2 bad input. */
@Command(
        name = "quickstart",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Plays the on-cluster layering guide on a cluster in this one process, and checks every claim.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:every claim holds", "1:a claim failed, or the walk-through could not go on", "2:bad input"})
public final class QuickstartCommand implements Callable<Integer> {
    private static final int LEAST_NODES = 2;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--nodes", paramLabel = "N", defaultValue = "3", description = "simulated machines, 2 to 100 (default: ${DEFAULT-VALUE})")
    private int nodes = 3;

    @Option(names = "--pull-time", paramLabel = "TIME", defaultValue = "2s", converter = Time.class,
            description = "how long a node pulls an image, e.g. 500ms, 10m (default: ${DEFAULT-VALUE})")
    private Duration pullTime = Duration.ofSeconds(2);

    @Option(names = "--boot-time", paramLabel = "TIME", defaultValue = "1500ms", converter = Time.class,
            description = "how long a node boots (default: ${DEFAULT-VALUE})")
    private Duration bootTime = Duration.ofMillis(1500);

    @Option(names = "--containerfile", paramLabel = "FILE", description = "your Containerfile instead of the guide's")
    private @Nullable Path containerfile;

    @Option(names = {"-f", "--filename"}, paramLabel = "FILE", description = "your MachineOSConfig (YAML) instead of the guide's")
    private @Nullable Path filename;

    @Option(names = "--fault", paramLabel = "FAULT", converter = FaultName.class,
            description = "show how a fault ends: pull-fails, bad-boot, build-fails")
    private @Nullable Fault fault;

    @Option(names = "--port", paramLabel = "PORT", defaultValue = "0", description = "port of the API server on 127.0.0.1 (default: any that is free)")
    private int port;

    @Option(names = "--keep", description = "stay up afterwards, with a kubeconfig for kubectl, until Ctrl-C")
    private boolean keep;

    @Option(names = "--log", paramLabel = "FILE", description = "write the log lines of all parts to this file (default: nowhere)")
    private @Nullable Path log;

    @Override
    public Integer call() throws InterruptedException {
        GenericKubernetesResource config = input();
        Logs.to(log);
        Screen screen = new Screen(spec.commandLine().getOut(), terminal(), InstantSource.system());
        try (Sandbox sandbox = Sandbox.start(options())) {
            Runtime.getRuntime().addShutdownHook(new Thread(sandbox::close));
            boolean good = play(sandbox, config, screen);
            if (keep) {
                stayUp(sandbox, screen);
            }
            return good ? 0 : 1;
        }
    }

    private boolean play(Cluster cluster, GenericKubernetesResource config, Screen screen) {
        Claims claims = new Claims(screen);
        FirstScreen.show(screen, cluster.parts());
        try (Walkthrough walk = new Walkthrough(cluster, config, screen, claims, InstantSource.system(), deadline())) {
            Quickstart quickstart = new Quickstart(
                    cluster, walk, screen, claims, InstantSource.system(), filename == null && containerfile == null);
            quickstart.firstRound();
            Map<String, String> before = quickstart.images();
            if (fault == null) {
                quickstart.secondRound();
            } else {
                new FaultRound(cluster, walk, quickstart, screen, claims).play(fault);
            }
            quickstart.summary(before);
            return claims.allHold();
        } catch (WalkthroughException stuck) {
            screen.settle();
            spec.commandLine().getErr().println("varve: " + stuck.getMessage() + (log == null ? " (--log FILE shows what each part did)" : ""));
            return false;
        }
    }

    /** All that the user gave is read before anything is begun. */
    private GenericKubernetesResource input() {
        if (nodes < LEAST_NODES) {
            throw new SandboxException("--nodes " + nodes + ": the walk-through drains nodes, so pods need another to go to; give 2 or more");
        }
        return new UserInput(filename, containerfile).machineOSConfig();
    }

    private SandboxOptions options() {
        return new SandboxOptions(nodes, port, pullTime, bootTime, Duration.ofMillis(1500), Duration.ofMillis(300));
    }

    /** For one wait: every node one after the other, and a good deal of slack for a slow machine. */
    private Duration deadline() {
        return Duration.ofMinutes(2).plus(pullTime).plus(bootTime.plusSeconds(10).multipliedBy(nodes));
    }

    private static boolean terminal() {
        return System.console() != null && System.console().isTerminal()
                && System.getenv("NO_COLOR") == null
                && !"dumb".equals(System.getenv().getOrDefault("TERM", "dumb"));
    }

    private static void stayUp(Sandbox sandbox, Screen screen) throws InterruptedException {
        Path kubeconfig = sandbox.writeKubeconfig(Path.of(".varve", "kubeconfig").toAbsolutePath());
        screen.step("The sandbox stays up until Ctrl-C");
        screen.command("export KUBECONFIG=" + kubeconfig + "\nkubectl get nodes\nkubectl get machineosbuilds");
        new CountDownLatch(1).await();
    }

    /** Reads {@code 500ms}, {@code 2s}, {@code 10m}. */
    static final class Time implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            try {
                return Durations.parse("it", text);
            } catch (ContractException wrong) {
                throw new TypeConversionException("want a duration such as 500ms, 30s or 10m, not \"" + text + "\"");
            }
        }
    }

    static final class FaultName implements ITypeConverter<Fault> {
        @Override
        public Fault convert(String text) {
            for (Fault fault : Fault.values()) {
                if (fault.toString().equals(text)) {
                    return fault;
                }
            }
            throw new TypeConversionException("want pull-fails, bad-boot or build-fails, not \"" + text + "\"");
        }
    }
}
