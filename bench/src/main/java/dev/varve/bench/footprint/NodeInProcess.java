package dev.varve.bench.footprint;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.varve.bench.BenchException;
import dev.varve.contract.Keys;
import dev.varve.contract.Pullspec;
import dev.varve.sandbox.Outage;
import dev.varve.sandbox.api.ApiServer;
import dev.varve.sandbox.host.ImageFacts;
import dev.varve.sandbox.host.Machine;
import dev.varve.sandbox.host.MachineListener;
import dev.varve.sandbox.host.MachineTimes;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An API server behind TLS with one Node, and that Node's simulated machine: all of a cluster that an agent sees. Stands for the
 * kubelet, too: the agent is started when the machine is up, and ends with it.
 */
final class NodeInProcess implements AutoCloseable {
    static final Pullspec IMAGE = image('a');
    static final Pullspec NEXT_IMAGE = image('b');
    private static final Pullspec FACTORY = image('f');
    private static final String NAME = "bench";
    private static final String OWN_NAME = "varve-bench";
    private static final MachineTimes TIMES = new MachineTimes(Duration.ofMillis(500), Duration.ofMillis(400), Duration.ofMillis(400));
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    private final UnpackedImage image;
    private final IntFunction<List<String>> moreOptions;
    private final boolean gently;
    private final Requests requests = new Requests();
    private final ApiServer server;
    private final TlsFront front;
    private final KubernetesClient client;
    private final Machine machine;
    private @Nullable AgentProcess agent;
    private int lives;
    private volatile Runnable onEnd = () -> {};

    /**
     * @param moreOptions of the JVM, for each life of the agent, from 1
     * @param gently whether a life's end is left to the agent, as long as it takes
     * @param directory for this run alone; short, since sockets have their paths in it
     */
    NodeInProcess(UnpackedImage image, IntFunction<List<String>> moreOptions, boolean gently, Authority authority, Path directory) {
        this.image = image;
        this.moreOptions = moreOptions;
        this.gently = gently;
        this.server = ApiServer.start(0, List.of());
        server.onRequest(request -> {
            if (!request.userAgent().equals(OWN_NAME)) {
                requests.add(request);
            }
        });
        this.front = new TlsFront(authority.server(), server.url());
        this.client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder().withMasterUrl(server.url().toString()).withUserAgent(OWN_NAME).withOnlyHttpWatches(true).build())
                .build();
        this.machine = new Machine(NAME, directory.resolve("m"), FACTORY, "1", pullspec ->
                ImageFacts.bootable(pullspec.requireDigest(), "1", Instant.EPOCH), TIMES);
        try {
            Files.writeString(image.root().resolve("kubeconfig"), authority.kubeconfig(front.port()));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The machine's first boot, and the agent's first start. */
    AgentProcess boot() {
        machine.start();
        client.nodes().resource(new NodeBuilder().withNewMetadata().withName(NAME)
                .addToAnnotations(Keys.POLICY, "{\"health\":{\"soak\":\"0s\"}}").endMetadata().build()).create();
        machine.addListener(new MachineListener() {
            @Override
            public void wentDown(Outage why) {
                endAgent();
                onEnd.run();
            }

            @Override
            public void cameUp(String bootId) {
                Thread.ofVirtual().start(NodeInProcess.this::startAgent);
            }
        });
        return startAgent();
    }

    /** Moves the node as a controller would. Returns the agent of the new boot, when the node is Done. */
    AgentProcess update(Pullspec wanted) {
        grant(wanted);
        await("be Done", node -> wanted.toString().equals(annotation(node, Keys.CURRENT_IMAGE)) && "Done".equals(annotation(node, Keys.STATE))
                && "Idle".equals(annotation(node, Keys.PHASE)));
        synchronized (this) {
            return Optional.ofNullable(agent).orElseThrow(() -> new BenchException("the node is Done, and no agent runs"));
        }
    }

    /** Has the node stage it, and grants it then. */
    void grant(Pullspec wanted) {
        annotate(Map.of(Keys.PREFETCH, wanted.toString(), Keys.STATE, "Working"));
        await("stage", node -> wanted.toString().equals(annotation(node, Keys.STAGED)));
        annotate(Map.of(Keys.DESIRED_IMAGE, wanted.toString(), Keys.DESIRED_CONFIG, "rendered-bench", Keys.STATE, "Working"));
    }

    /** @param ended called when a life of the agent has ended with its machine */
    void onEnd(Runnable ended) {
        onEnd = ended;
    }

    Requests requests() {
        return requests;
    }

    @Override
    public void close() {
        machine.close();
        endAgent();
        client.close();
        front.close();
        server.close();
    }

    private synchronized AgentProcess startAgent() {
        try {
            // Nobody reads there; the agent has loaded all that it writes a journal with all the same.
            Files.createFile(Files.createDirectories(machine.runDir().resolve("systemd/journal")).resolve("socket"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        client.nodes().withName(NAME).subresource("status").patch(MERGE, """
                {"status":{"nodeInfo":{"bootID":"%s"},"conditions":[{"type":"Ready","status":"True"}]}}""".formatted(machine.bootId()));
        agent = AgentProcess.start(image, machine.rootDir(), Map.of(
                "NODE_NAME", NAME, "KUBECONFIG", "/kubeconfig", "VARVE_HOST_RUN", "/host/run",
                "POD_NAMESPACE", Keys.DEFAULT_NAMESPACE, "POD_NAME", "varve-agent"), moreOptions.apply(++lives));
        return agent;
    }

    private synchronized void endAgent() {
        if (agent != null) {
            if (gently) {
                agent.end();
            }
            agent.close();
            agent = null;
        }
    }

    private void annotate(Map<String, String> annotations) {
        var tree = JsonNodeFactory.instance.objectNode();
        annotations.forEach(tree.putObject("metadata").putObject("annotations")::put);
        client.nodes().withName(NAME).patch(MERGE, tree.toString());
    }

    private void await(String what, Predicate<Node> condition) {
        try {
            client.nodes().withName(NAME).waitUntilCondition(
                    node -> node != null && condition.test(node), PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (KubernetesClientTimeoutException late) {
            Node node = client.nodes().withName(NAME).get();
            throw new BenchException("the node did not " + what + " within " + PATIENCE.toSeconds() + " s; it says "
                    + node.getMetadata().getAnnotations() + ", and its agent: " + agentsLog(), late);
        }
    }

    private synchronized String agentsLog() {
        return agent == null ? "none runs" : agent.log();
    }

    private static String annotation(Node node, String key) {
        Map<String, String> annotations = node.getMetadata().getAnnotations();
        return annotations == null ? "" : annotations.getOrDefault(key, "");
    }

    private static Pullspec image(char digit) {
        return Pullspec.parse("registry.example:5000/os/images@sha256:" + String.valueOf(digit).repeat(64));
    }
}
