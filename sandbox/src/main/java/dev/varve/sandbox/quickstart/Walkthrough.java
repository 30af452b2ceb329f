package dev.varve.sandbox.quickstart;

import dev.varve.contract.Keys;
import dev.varve.contract.NodeState;
import dev.varve.contract.Pullspec;
import dev.varve.sandbox.Cluster;
import dev.varve.sandbox.SandboxException;
import dev.varve.sandbox.Traces;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The guide, step by step, on any {@link Cluster}. Each method is one step; {@link Rounds} strings them together.
 */
final class Walkthrough implements AutoCloseable {
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
    private static final String REPLICAS_WANTED = "2";

    private final Cluster cluster;
    private final KubernetesClient client;
    private final Screen screen;
    private final Claims claims;
    private final Waits waits;
    private final FleetWatch fleet;
    private final GenericKubernetesResource machineOSConfig;
    private String lastBuild = "";

    Walkthrough(Cluster cluster, GenericKubernetesResource machineOSConfig, Screen screen, Claims claims, InstantSource clock) {
        this.cluster = cluster;
        this.client = cluster.client();
        this.screen = screen;
        this.claims = claims;
        // A wait may be for a build and every node one after the other.
        this.waits = new Waits(client, cluster.patience().multipliedBy(cluster.machines().size() + 1L));
        this.fleet = new FleetWatch(cluster, screen, clock);
        this.machineOSConfig = machineOSConfig;
    }

    FleetWatch fleet() {
        return fleet;
    }

    /** Namespace, secrets, pool and MachineOSConfig. Ends when the controller has said that the config is valid. */
    void setUp() {
        screen.step("Set up: namespace, secrets, the pool and its MachineOSConfig");
        screen.command("""
                kubectl create namespace %1$s
                kubectl create secret docker-registry %2$s -n %1$s ...
                kubectl create secret docker-registry %3$s -n %1$s ...
                kubectl create -f pool.yaml
                kubectl apply -f layered-machineosconfig.yaml""".formatted(Guide.NAMESPACE, Guide.PULL_SECRET, Guide.PUSH_SECRET));
        Guide.apply(client, Guide.credentials());
        Guide.apply(client, Guide.objects(client, "pool.yaml"));
        Guide.apply(client, Guide.objects(client, "policy.yaml"));
        applyConfig();
        GenericKubernetesResource judged =
                waits.object(Guide.CONFIGS, name(), "Valid is known", o -> !Waits.condition(o, "Valid").isEmpty());
        if (!Waits.condition(judged, "Valid").equals("True")) {
            throw new WalkthroughException("MachineOSConfig " + name() + " is not valid: " + Waits.message(judged, "Valid"));
        }
        screen.say("MachineOSConfig " + name() + " is valid");
    }

    private void applyConfig() {
        try {
            Guide.apply(client, List.of((HasMetadata) machineOSConfig));
        } catch (KubernetesClientException refused) {
            throw new WalkthroughException("the API server refuses it: "
                    + (refused.getStatus() == null ? refused.getMessage() : refused.getStatus().getMessage()), refused);
        }
    }

    /** Follows the build that the config has begun until its end, and returns the digested pullspec. */
    Pullspec build() {
        screen.command("kubectl get machineosbuilds");
        GenericKubernetesResource begun = waits.object(Guide.CONFIGS, name(), "a build has begun", this::hasNewBuild);
        String build = currentBuild(begun);
        lastBuild = build;
        String[] last = {""};
        GenericKubernetesResource ended = waits.object(Guide.BUILDS, build, "the build has ended", o -> {
            String row = row(o);
            if (!row.equals(last[0])) {
                last[0] = row;
                screen.say(row);
            }
            return !end(o).isEmpty();
        });
        if (!end(ended).equals("Succeeded")) {
            throw new WalkthroughException("build " + build + ": " + Waits.message(ended, end(ended)));
        }
        String reused = Waits.message(ended, "Reused");
        if (!reused.isEmpty()) {
            screen.say(reused);
        }
        Pullspec image = Pullspec.parseDigested(build, Waits.text(ended, "status", "finalImagePullspec"));
        waits.object(Guide.CONFIGS, name(), "the image is current",
                o -> Waits.text(o, "status", "currentImagePullspec").equals(image.toString()));
        claims.check(image.digest().isPresent(), "the build ended in " + image.abbreviated());
        return image;
    }

    /** The finished build, as YAML. */
    void showBuild() {
        GenericKubernetesResource config = client.genericKubernetesResources(Guide.CONFIGS).withName(name()).get();
        String build = currentBuild(config);
        screen.step("The build is complete");
        screen.command("kubectl get machineosbuild/" + build + " -o yaml");
        GenericKubernetesResource shown = client.genericKubernetesResources(Guide.BUILDS).withName(build).get();
        var fields = new LinkedHashMap<String, Object>();
        fields.put("spec", shown.get("spec"));
        fields.put("status", shown.get("status"));
        screen.say(Serialization.asYaml(fields).replaceFirst("^---\n", ""));
    }

    /** What the node is booted into. */
    void showNode(String node) {
        screen.command("kubectl debug node/" + node + " -- chroot /host rpm-ostree status");
        screen.say(cluster.rpmOstreeStatus(node));
    }

    /** Whether the node has a command. */
    void checkCommand(String node, String command, boolean expected) {
        screen.command("kubectl debug node/" + node + " -- chroot /host " + command + " --version");
        claims.check(
                cluster.hasCommand(node, command) == expected,
                command + (expected ? " is" : " is not") + " on " + node);
    }

    /** Puts the node into the pool and waits, as the guide does (its line mended), until it has moved. */
    void move(String node, Pullspec image) {
        screen.step("Put " + node + " into the pool: it stages, drains, reboots into the image and comes back");
        screen.command("kubectl label node/" + node + " " + Guide.POOL_LABEL + "=");
        label(node);
        screen.command("kubectl wait --timeout=10m \\\n"
                + "    --for=jsonpath='{.metadata.annotations.machineconfiguration\\.openshift\\.io/currentImage}'=" + image + " \\\n"
                + "    --for=jsonpath='{.metadata.annotations.machineconfiguration\\.openshift\\.io/state}'=Done node/" + node);
        waitForImage(node, image);
        screen.settle();
        claims.check(cluster.bootedImage(node).filter(image::equals).isPresent(), node + " is booted into " + image.abbreviated() + ", says its rpm-ostree");
    }

    void label(String node) {
        client.nodes().withName(node).patch(MERGE, "{\"metadata\":{\"labels\":{\"" + Guide.POOL_LABEL + "\":\"\"}}}");
    }

    void waitForImage(String node, Pullspec image) {
        waits.node(node, "currentImage is " + image.abbreviated() + " and state is Done", n ->
                NodeTimes.annotation(n, Keys.CURRENT_IMAGE).equals(image.toString())
                        && NodeTimes.annotation(n, Keys.STATE).equals(NodeState.Done.name()));
    }

    /** A service that says how many of its replicas must be there; ends when it has all of them. */
    ServiceWatch startService() {
        screen.step("A service that must keep 2 of its 3 replicas, and a new Containerfile for all nodes");
        screen.command("kubectl apply -f service.yaml   # Deployment shop/web, 3 replicas; PodDisruptionBudget minAvailable: " + REPLICAS_WANTED);
        Guide.apply(client, Guide.service(client, cluster.serviceImage()));
        return watchService();
    }

    /** Waits until the service has all its replicas, and watches it from then on. */
    ServiceWatch watchService() {
        waits.deploymentReady(Guide.SERVICE_NAMESPACE, Guide.SERVICE, 3);
        return new ServiceWatch(client, Guide.SERVICE_NAMESPACE, Guide.SERVICE);
    }

    /** Takes the node out of the pool and waits until Varve has taken it back to where it came from, and has let go of it. */
    void leave(String node, Pullspec origin) {
        screen.step("The way back: " + node + " leaves the pool, and goes back to what it was installed with");
        screen.command("kubectl label node/" + node + " " + Guide.POOL_LABEL + "-");
        client.nodes().withName(node).patch(MERGE, "{\"metadata\":{\"labels\":{\"" + Guide.POOL_LABEL + "\":null}}}");
        waits.node(node, "nothing of Varve is left on it", n -> Traces.on(n).isEmpty());
        waits.noPod(node, Guide.NAMESPACE, "app.kubernetes.io/name", "varve-agent");
        screen.settle();
        claims.check(cluster.bootedImage(node).filter(origin::equals).isPresent(), node + " is booted into " + origin.abbreviated() + ", says its rpm-ostree");
        claims.check(!NodeTimes.cordoned(node(node)), node + " takes pods again, its annotations, label and taint of Varve are gone, and its agent too");
    }

    /** Adds a line to the Containerfile, as {@code kubectl edit} would. */
    void addToContainerfile(String line) {
        String containerfile = String.valueOf(containerFiles(machineOSConfig).getFirst().get("content")).stripTrailing() + "\n" + line + "\n";
        screen.command("kubectl edit machineosconfig/" + name() + "   # the Containerfile is now:");
        screen.say(containerfile.strip());
        client.genericKubernetesResources(Guide.CONFIGS).withName(name()).edit(o -> {
            containerFiles(o).getFirst().put("content", containerfile);
            return o;
        });
    }

    /** Ends when the pool says that it is degraded, with what it says. */
    String waitForDegradedPool() {
        return Waits.message(
                waits.object(Guide.POOLS, Guide.POOL, "Degraded is True", o -> Waits.condition(o, "Degraded").equals("True")), "Degraded");
    }

    /** Ends when the current build has failed, with what it says. */
    String waitForFailedBuild() {
        String build = currentBuild(waits.object(Guide.CONFIGS, name(), "a build has begun", this::hasNewBuild));
        return Waits.message(waits.object(Guide.BUILDS, build, "the build has failed", o -> end(o).equals("Failed")), "Failed");
    }

    Node node(String name) {
        return client.nodes().withName(name).get();
    }

    private String name() {
        return machineOSConfig.getMetadata().getName();
    }

    private boolean hasNewBuild(GenericKubernetesResource config) {
        return !currentBuild(config).isEmpty() && !currentBuild(config).equals(lastBuild);
    }

    private static String currentBuild(GenericKubernetesResource config) {
        Map<String, String> annotations = config.getMetadata().getAnnotations();
        return annotations == null ? "" : annotations.getOrDefault(Keys.CURRENT_MACHINE_OS_BUILD, "");
    }

    private static String row(GenericKubernetesResource build) {
        return "%s  PREPARED %s  BUILDING %s  SUCCEEDED %s  INTERRUPTED %s  FAILED %s".formatted(
                build.getMetadata().getName(),
                Waits.condition(build, "Prepared"), Waits.condition(build, "Building"), Waits.condition(build, "Succeeded"),
                Waits.condition(build, "Interrupted"), Waits.condition(build, "Failed"));
    }

    private static String end(GenericKubernetesResource build) {
        return List.of("Succeeded", "Failed", "Interrupted").stream()
                .filter(type -> Waits.condition(build, type).equals("True")).findFirst().orElse("");
    }

    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> containerFiles(GenericKubernetesResource config) {
        Object files = config.get("spec", "buildInputs", "containerFile");
        if (files instanceof List<?> list && !list.isEmpty()) {
            return (List<Map<String, Object>>) files;
        }
        throw new SandboxException("MachineOSConfig " + config.getMetadata().getName() + " has no spec.buildInputs.containerFile");
    }

    @Override
    public void close() {
        fleet.close();
    }
}
