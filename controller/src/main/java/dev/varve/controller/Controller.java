package dev.varve.controller;

import dev.varve.contract.Json;
import dev.varve.controller.http.Answer;
import dev.varve.controller.http.HttpServer;
import dev.varve.controller.kube.Informers;
import dev.varve.controller.kube.JacksonJson;
import dev.varve.controller.kube.KubeEvents;
import dev.varve.controller.kube.agents.AgentImage;
import dev.varve.controller.kube.agents.AgentsLoop;
import dev.varve.controller.kube.build.BuildLoop;
import dev.varve.controller.kube.build.BuilderSettings;
import dev.varve.controller.kube.leader.Leadership;
import dev.varve.controller.kube.render.RenderLoop;
import dev.varve.controller.kube.retention.RetentionLoop;
import dev.varve.controller.kube.retention.RetentionPass;
import dev.varve.controller.kube.rollout.FreshNodes;
import dev.varve.controller.kube.rollout.KubeNodes;
import dev.varve.controller.kube.rollout.PoolReader;
import dev.varve.controller.kube.rollout.RolloutLoop;
import dev.varve.controller.kube.status.BuildCount;
import dev.varve.controller.kube.status.KubeStatus;
import dev.varve.controller.kube.status.PoolReport;
import dev.varve.controller.kube.status.StatusLoop;
import dev.varve.controller.loop.PoolLoop;
import dev.varve.controller.loop.Turn;
import dev.varve.controller.loop.WorkQueue;
import dev.varve.controller.loop.Workers;
import dev.varve.controller.metrics.Metrics;
import dev.varve.controller.registry.RegistryAliases;
import dev.varve.controller.registry.RegistryClient;
import dev.varve.controller.registry.Repositories;
import dev.varve.controller.registry.TrustBundle;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One controller process: watches always, acts while it leads. The object graph is built here, by hand. The client belongs
 * to the caller, who closes it after this.
 */
public final class Controller implements AutoCloseable {
    private static final String VERSION = "0.1.0";
    private static final Duration REGISTRY_CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private final ControllerConfig config;
    private final KubernetesClient client;
    private final Clock clock;
    private final Json json = new JacksonJson();
    private final Metrics metrics = new Metrics();
    private final PoolReport report = new PoolReport();
    private final WorkQueue queue = new WorkQueue();
    private final FreshNodes fresh = new FreshNodes();
    private final Informers informers;
    private final Leadership leadership;
    private final Reign reign;
    private @Nullable HttpServer server;

    /** @param lost called once when the lease is lost: this controller has stopped acting and will not act again */
    public Controller(ControllerConfig config, KubernetesClient client, Clock clock, Runnable lost) {
        this.config = config;
        this.client = client;
        this.clock = clock;
        this.informers = new Informers(client, config.namespace(), queue::add, new BuildCount(metrics));
        this.reign = new Reign(this::workers, informers, new KubeNodes(client), fresh, lost);
        this.leadership = new Leadership(client, config.namespace(), config.identity(), config.leaseTimes(), reign);
    }

    /** For whoever does not care to hear of a lost lease. */
    public Controller(ControllerConfig config, KubernetesClient client, Clock clock) {
        this(config, client, clock, () -> {});
    }

    /**
     * Returns at once; the API server need not be there yet.
     *
     * @throws dev.varve.controller.http.HttpException where the address cannot be listened on; nothing has started then
     */
    public synchronized void start() {
        server = HttpServer.start(new InetSocketAddress(config.httpHost(), config.httpPort()), pages());
        informers.start();
        leadership.start();
    }

    /** Ends what runs, and gives the lease back so that another can lead at once. */
    @Override
    public synchronized void close() {
        reign.end();
        leadership.close();
        stop();
    }

    /** Ends as a killed process ends: nothing is given back, nobody is told. */
    public synchronized void kill() {
        leadership.abandon();
        reign.end();
        stop();
    }

    /** Where {@code /metrics}, {@code /healthz}, {@code /readyz} and {@code /api/pools} are. */
    public synchronized InetSocketAddress httpAddress() {
        if (server == null) {
            throw new IllegalStateException("this controller has not been started");
        }
        return server.address();
    }

    /** In the order of a turn: each is told what the earlier ones found. */
    private List<PoolLoop> loops() {
        var events = new KubeEvents(client, clock);
        var pools = new PoolReader(informers, fresh, json);
        var agent = new AgentImage(config.agentImage(), config.namespace(), config.kubeletKubeconfig());
        BuilderSettings builder = config.builder();
        HttpClient http = registryHttp();
        var aliases = new RegistryAliases(config.registryAliases());
        var registry = new RegistryClient(http, aliases, builder.architecture());
        var retention = new RetentionPass(
                client, config.namespace(), registry, new Repositories(http, aliases), events, metrics, leadership::leads);
        return List.of(
                new RenderLoop(client, informers, config.namespace(), VERSION),
                new BuildLoop(client, informers, config.namespace(), registry, builder, events),
                new AgentsLoop(informers, pools, client, agent, leadership::leads),
                new RolloutLoop(
                        pools, fresh, new KubeNodes(client), json, events, metrics, leadership::leads),
                new StatusLoop(
                        informers, pools, new KubeStatus(client), report, json, events, metrics, leadership::leads),
                new RetentionLoop(client, informers, pools, fresh, retention));
    }

    /** Must not follow redirects: it would carry the credentials along. */
    private HttpClient registryHttp() {
        return HttpClient.newBuilder()
                .connectTimeout(REGISTRY_CONNECT_TIMEOUT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .sslContext(TrustBundle.context(config.registryTrust()))
                .build();
    }

    private Workers workers() {
        var turn = new Turn(
                loops(), clock, leadership::leads, (loop, took) -> metrics.reconciled(loop, took.toNanos() / 1e9));
        return new Workers(queue, turn, informers::poolNames);
    }

    private void stop() {
        informers.close();
        if (server != null) {
            server.close();
        }
    }

    private Map<String, Supplier<Answer>> pages() {
        return Map.of(
                "/metrics", () -> Answer.metrics(metrics.text()),
                "/healthz", () -> reign.isHealthy() ? Answer.text(200, "ok") : Answer.text(503, "a turn is stuck"),
                "/readyz", this::ready,
                "/api/pools", () -> Answer.json(json.write(report.pools())));
    }

    private Answer ready() {
        List<String> missing = informers.missing();
        if (!missing.isEmpty()) {
            return Answer.text(503, "waiting to read " + String.join(", ", missing));
        }
        return leadership.leader()
                .map(leader -> Answer.text(200, "ok, " + leader + " leads"))
                .orElseGet(() -> Answer.text(503, "waiting for a leader"));
    }
}
