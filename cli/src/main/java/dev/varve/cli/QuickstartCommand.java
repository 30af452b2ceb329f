package dev.varve.cli;

import dev.varve.contract.ContractException;
import dev.varve.contract.Durations;
import dev.varve.sandbox.Cluster;
import dev.varve.sandbox.Logs;
import dev.varve.sandbox.SandboxException;
import dev.varve.sandbox.SandboxOptions;
import dev.varve.sandbox.quickstart.Fault;
import dev.varve.sandbox.quickstart.Quickstart;
import dev.varve.sandbox.quickstart.Screen;
import dev.varve.sandbox.quickstart.UserInput;
import dev.varve.sandbox.quickstart.WalkthroughException;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
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
        description = "Plays the on-cluster layering guide and checks every claim: on a cluster in this one process, or on the one that is named.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:every claim holds", "1:a claim failed, or the walk-through could not go on", "2:bad input"})
final class QuickstartCommand implements Callable<Integer> {
    private static final int LEAST_NODES = 2;
    private static final List<String> ONLY_SANDBOX = List.of("--nodes", "--pull-time", "--boot-time", "--port", "--keep");
    private static final String INDEX = "--index";

    private final List<ClusterChoice> clusters;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--cluster", paramLabel = "CLUSTER", defaultValue = SandboxChoice.NAME,
            description = "what to play on (default: ${DEFAULT-VALUE})")
    private String cluster = SandboxChoice.NAME;

    @Option(names = INDEX, paramLabel = "N", defaultValue = "0", description = "which testbed, 0 to 9 (default: ${DEFAULT-VALUE})")
    private int index;

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

    /** @param clusters that can be chosen from */
    QuickstartCommand(List<ClusterChoice> clusters) {
        this.clusters = clusters;
    }

    @Override
    public Integer call() throws InterruptedException {
        ClusterChoice choice = choice();
        GenericKubernetesResource config = input();
        Logs.to(log);
        Screen screen = new Screen(spec.commandLine().getOut(), terminal(), InstantSource.system());
        try (Cluster opened = choice.open(new ClusterChoice.Wanted(options(), index))) {
            Runtime.getRuntime().addShutdownHook(new Thread(opened::close));
            boolean good = play(opened, config, screen);
            if (keep) {
                stayUp(opened, screen);
            }
            return good ? 0 : 1;
        }
    }

    private boolean play(Cluster opened, GenericKubernetesResource config, Screen screen) {
        try {
            return new Quickstart(opened, config, filename == null && containerfile == null, Optional.ofNullable(fault), screen).play();
        } catch (WalkthroughException stuck) {
            spec.commandLine().getErr().println("varve: " + stuck.getMessage() + (log == null ? " (--log FILE shows what each part did)" : ""));
            return false;
        }
    }

    private ClusterChoice choice() {
        ClusterChoice chosen = clusters.stream().filter(known -> known.name().equals(cluster)).findFirst()
                .orElseThrow(() -> new SandboxException("--cluster " + cluster + ": want "
                        + String.join(" or ", clusters.stream().map(ClusterChoice::name).toList())));
        List<String> misplaced = chosen.name().equals(SandboxChoice.NAME) ? List.of(INDEX) : ONLY_SANDBOX;
        misplaced.stream().filter(option -> spec.commandLine().getParseResult().hasMatchedOption(option)).findFirst().ifPresent(option -> {
            throw new SandboxException(option + " with --cluster " + cluster + ": it " + chosen.whyNot());
        });
        return chosen;
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

    private static boolean terminal() {
        return System.console() != null && System.console().isTerminal()
                && System.getenv("NO_COLOR") == null
                && !"dumb".equals(System.getenv().getOrDefault("TERM", "dumb"));
    }

    private static void stayUp(Cluster opened, Screen screen) throws InterruptedException {
        Path kubeconfig = Path.of(".varve", "kubeconfig").toAbsolutePath();
        try {
            Files.createDirectories(kubeconfig.getParent());
            Files.copy(opened.kubeconfig(), kubeconfig, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException unwritable) {
            throw new SandboxException("cannot write the kubeconfig " + kubeconfig + ": " + unwritable.getMessage(), unwritable);
        }
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
