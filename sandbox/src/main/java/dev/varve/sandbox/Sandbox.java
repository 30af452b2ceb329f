package dev.varve.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.varve.agent.Reach;
import dev.varve.contract.Pullspec;
import dev.varve.controller.Controller;
import dev.varve.controller.ControllerConfig;
import dev.varve.sandbox.api.ApiServer;
import dev.varve.sandbox.api.ApiServerException;
import dev.varve.sandbox.fleet.MachineAgent;
import dev.varve.sandbox.host.Fault;
import dev.varve.sandbox.host.Machine;
import dev.varve.sandbox.host.MachineTimes;
import dev.varve.sandbox.kubelet.BuildPodRunner;
import dev.varve.sandbox.kubelet.ControlPlane;
import dev.varve.sandbox.kubelet.NodeSpec;
import dev.varve.sandbox.kubelet.Timings;
import dev.varve.sandbox.quickstart.Guide;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/** The embedded cluster: everything that a walk-through needs, wired by hand and torn down in reverse. */
public final class Sandbox implements Cluster {
    private static final List<String> CRDS =
            List.of("machineconfigs", "machineconfigpools", "machineosconfigs", "machineosbuilds", "rolloutpolicies");
    private static final Duration SHUTDOWN_TIME = Duration.ofMillis(300);
    private static final String CUT_OFF = "Importing: failed to invoke method GetBlob: failed to invoke method GetBlob: Get \"https://"
            + Guide.PUSH_HOST + "/v2/\": dial tcp 10.0.0.1:5000: connect: connection refused";
    private static final List<String> ZONES = List.of("a", "b", "c");

    private final SandboxOptions options;
    private final BiFunction<String, Reach, Reach> between;
    private final Path directory = newDirectory();
    private final Images images;
    private final ApiServer api;
    private final Path kubeconfig;
    private final KubernetesClient client;
    private final AgentRunner agents;
    private final ControlPlane controlPlane;
    private final List<Machine> machines = new ArrayList<>();
    private Controller controller;
    private int controllers;
    private boolean closed;

    private Sandbox(SandboxOptions options, ApiServer api, BiFunction<String, Reach, Reach> between) {
        this.between = between;
        this.options = options;
        this.api = api;
        this.kubeconfig = Kubeconfig.write(directory.resolve("kubeconfig"), api.url());
        this.images = new Images();
        this.client = newClient();
        this.agents = new AgentRunner(this::newAgent);
        BuildPodRunner builds = new BuildPodRunner(newClient(), images.aliases(), options.buildTime());
        this.controlPlane = new ControlPlane(
                newClient(), new Timings(options.podTime(), options.podTime(), Duration.ZERO, options.podTime()), List.of(agents, builds));
        api.logsFrom(controlPlane::log);
        Guide.apply(client, Guide.cluster(client, images.base()));
        for (int i = 0; i < options.nodes(); i++) {
            machines.add(newMachine("worker-" + i, ZONES.get(i % ZONES.size())));
        }
        this.controller = newController();
    }

    /** @throws SandboxException where it cannot start: a port that is taken, a directory that cannot be written */
    public static Sandbox start(SandboxOptions options) {
        return start(options, (_, reach) -> reach);
    }

    /**
     * @param between is given a node's name and what each new agent there would touch, and puts something between the two: a
     *     test that has to know of everything an agent does, or to end it in the middle
     * @throws SandboxException where it cannot start: a port that is taken, a directory that cannot be written
     */
    public static Sandbox start(SandboxOptions options, BiFunction<String, Reach, Reach> between) {
        ApiServer api;
        try {
            api = ApiServer.start(options.port(), crds());
        } catch (ApiServerException taken) {
            throw new SandboxException(String.valueOf(taken.getMessage()), taken);
        }
        Sandbox sandbox = new Sandbox(options, api, between);
        sandbox.machines.forEach(Machine::start);
        sandbox.controller.start();
        return sandbox;
    }

    /** For the machines' roots: short, since the path of a socket may have 107 characters. */
    private static Path newDirectory() {
        try {
            return Files.createTempDirectory("varve");
        } catch (IOException unwritable) {
            throw new SandboxException("cannot make a directory in " + System.getProperty("java.io.tmpdir") + ": " + unwritable.getMessage(), unwritable);
        }
    }

    @Override
    public KubernetesClient client() {
        return client;
    }

    @Override
    public List<String> machines() {
        return machines.stream().map(Machine::name).toList();
    }

    /** Where the agent of the node keeps what it must not forget. */
    public Path stateDirectory(String node) {
        return MachineAgent.stateDirectory(machine(node));
    }

    private Machine machine(String name) {
        return machines.stream().filter(m -> m.name().equals(name)).findFirst()
                .orElseThrow(() -> new SandboxException("no machine " + name + "; there are " + machines()));
    }

    @Override
    public String rpmOstreeStatus(String node) {
        return machine(node).rpmOstreeStatus();
    }

    @Override
    public Optional<Pullspec> bootedImage(String node) {
        return status(node).flatMap(RpmOstreeStatus::booted);
    }

    /** In boot order; empty where the machine is down. */
    public List<Pullspec> deployments(String node) {
        return status(node).map(RpmOstreeStatus::deployments).orElse(List.of());
    }

    private Optional<RpmOstreeStatus> status(String node) {
        return machine(node).rpmOstreeStatusWhereUp().map(RpmOstreeStatus::new);
    }

    @Override
    public List<String> kernelArguments(String node) {
        Path commandLine = machine(node).rootDir().resolve("proc/cmdline");
        try {
            return List.of(Files.readString(commandLine).strip().split("\\s+"));
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read " + commandLine, unreadable);
        }
    }

    @Override
    public boolean hasCommand(String node, String command) {
        return bootedImage(node).filter(image -> images.hasPackage(image, command)).isPresent();
    }

    @Override
    public boolean isUp(String node) {
        return machine(node).isUp();
    }

    @Override
    public AutoCloseable watchPower(PowerListener listener) {
        List<PowerWatch> watches = machines.stream().map(machine -> new PowerWatch(machine, listener)).toList();
        return () -> watches.forEach(PowerWatch::close);
    }

    @Override
    public void breakNextPull(String node) {
        machine(node).arm(new Fault.PullFails(CUT_OFF));
    }

    @Override
    public void breakNextBoot(String node) {
        machine(node).arm(new Fault.BootFallsBack());
    }

    /** Whatever new image the node is to boot, it falls back to the one that ran, until it is {@link #mend mended}. */
    public void breakNewImages(String node) {
        machine(node).arm(new Fault.NoNewImageBoots());
    }

    /** Nothing is to go wrong with the node any more. */
    public void mend(String node) {
        machine(node).disarm();
    }

    @Override
    public void breakNextReturn(String node) {
        machine(node).arm(new Fault.BootNeverReturns());
    }

    @Override
    public void powerOn(String node) {
        machine(node).powerOn();
    }

    @Override
    public void powerCut(String node) {
        machine(node).powerCut();
    }

    @Override
    public void deleteImage(Pullspec image) {
        images.delete(image);
    }

    @Override
    public boolean hasImage(Pullspec image) {
        return images.has(image);
    }

    @Override
    public void tagImage(Pullspec image, String tag) {
        images.tag(image, tag);
    }

    @Override
    public void reset() {
        for (Machine machine : machines) {
            machine.disarm();
            machine.powerOn();
        }
        new Reset(this).run();
    }

    @Override
    public Parts parts() {
        return new Parts(
                List.of(
                        "controller and agents: the code that a cluster runs",
                        "API server's HTTP, watches, evictions; D-Bus and rpm-ostree's interfaces on it; registry's protocol and digests"),
                List.of(
                        "API server's store and checks (no etcd, no CEL), scheduler, kubelets, containers",
                        "machines, rpm-ostree's work behind its interfaces, boots, image builds (no buildah)"));
    }

    @Override
    public boolean killAgent(String node) {
        return agents.kill(node);
    }

    @Override
    public synchronized void replaceController() {
        controller.kill();
        controller = newController();
        controller.start();
    }

    @Override
    public Path kubeconfig() {
        return kubeconfig;
    }

    @Override
    public Duration patience() {
        return options.patience();
    }

    /** No image is pulled here: any name will do. */
    @Override
    public String serviceImage() {
        return "registry.example.com/shop/web:1";
    }

    /** The registry, as machines ask it. */
    Images images() {
        return images;
    }

    private Machine newMachine(String name, String zone) {
        Machine machine = new Machine(
                name, directory.resolve(name), images.base(), Images.BASE_VERSION, images,
                new MachineTimes(options.pullTime(), SHUTDOWN_TIME, options.bootTime()));
        new NodeLink(machine, controlPlane.addNode(new NodeSpec(name, zone)));
        return machine;
    }

    private MachineAgent newAgent(Pod pod) {
        String node = pod.getSpec().getNodeName();
        return MachineAgent.of(pod, machine(node), newClient(), reach -> between.apply(node, reach));
    }

    private Controller newController() {
        controllers++;
        return new Controller(
                ControllerConfig.of("varve-agent:sandbox", "varve-builder:sandbox", "sandbox-" + controllers).withRegistryAliases(images.bases()),
                newClient(),
                Clock.systemUTC());
    }

    private KubernetesClient newClient() {
        return new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(Config.empty())
                        .withMasterUrl(api.url().toString())
                        .withOnlyHttpWatches(true)
                        .build())
                .build();
    }

    private static List<JsonNode> crds() {
        ObjectMapper yaml = new ObjectMapper(new YAMLFactory());
        return CRDS.stream().map(name -> crd(yaml, "/crds/" + name + ".yaml")).toList();
    }

    private static JsonNode crd(ObjectMapper yaml, String resource) {
        try (InputStream in = Sandbox.class.getResourceAsStream(resource)) {
            return yaml.readTree(in);
        } catch (IOException broken) {
            throw new UncheckedIOException("reading " + resource + " from the jar", broken);
        }
    }

    /** Ends everything and leaves nothing behind. May be called again. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        controller.close();
        agents.close();
        controlPlane.close();
        machines.forEach(Machine::close);
        client.close();
        api.close();
        images.close();
        deleteDirectory();
    }

    private void deleteDirectory() {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException left) {
            throw new UncheckedIOException("deleting " + directory, left);
        }
    }
}
