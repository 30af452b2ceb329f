package dev.varve.agent.kube;

import dev.varve.agent.cluster.ClusterException;
import dev.varve.agent.cluster.Eviction;
import dev.varve.agent.cluster.NodeApi;
import dev.varve.agent.cluster.NodePatch;
import dev.varve.agent.decide.NodeView;
import dev.varve.agent.decide.PodFacts;
import dev.varve.contract.Json;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The own Node and its pods, over fabric8. */
public final class KubeNodeApi implements NodeApi {
    private final KubernetesClient client;
    private final String name;
    private final Clock clock;
    private final Patches patches;
    private final MergePatch merge;
    private final NodeWatch watch;

    /** @param client stays the caller's; it is not closed here */
    public KubeNodeApi(KubernetesClient client, String name, Json json, Clock clock) {
        // Without this the client itself repeats a refused eviction for 19 s and more (reference: java.md 3a).
        this.client = client.newClient(new RequestConfigBuilder(client.getConfiguration().getRequestConfig())
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .adapt(KubernetesClient.class);
        this.name = name;
        this.clock = clock;
        this.patches = new Patches(json);
        this.merge = new MergePatch(this.client, name);
        this.watch = new NodeWatch(this.client, name);
    }

    @Override
    public void start() {
        watch.start();
    }

    @Override
    public Optional<NodeView> node() {
        return watch.node();
    }

    @Override
    public void onChange(Runnable wake) {
        watch.onChange(wake);
    }

    @Override
    public NodeView patch(NodePatch patch) {
        return watch.seen(merge.send(patches.json(patch)));
    }

    @Override
    public List<PodFacts> pods() {
        return answered("list the pods of node " + name, () -> client.pods()
                .inAnyNamespace()
                .withField("spec.nodeName", name)
                .list()
                .getItems()
                .stream()
                .map(Views::pod)
                .toList());
    }

    @Override
    public Eviction evict(PodFacts pod) {
        try {
            client.raw(path(pod) + "/eviction", "POST", Evictions.request(pod));
            return new Eviction.Accepted();
        } catch (KubernetesClientException answer) {
            return Evictions.answer(pod, answer);
        }
    }

    @Override
    public boolean delete(PodFacts pod) {
        try {
            client.raw(path(pod), "DELETE", Evictions.exactly(pod));
            return true;
        } catch (KubernetesClientException failed) {
            boolean gone = failed.getCode() == HttpURLConnection.HTTP_NOT_FOUND
                    || failed.getCode() == HttpURLConnection.HTTP_CONFLICT;
            if (!gone) {
                throw new ClusterException("delete pod " + pod.path(), failed.getCode(), failed);
            }
            return false;
        }
    }

    @Override
    public void event(boolean warning, String reason, String message) {
        answered("create event " + reason + " on node " + name, () -> client.v1()
                .events()
                .inNamespace(Views.EVENT_NAMESPACE)
                .resource(Views.event(name, warning, reason, message, clock.instant()))
                .create());
    }

    @Override
    public void close() {
        watch.close();
    }

    private static String path(PodFacts pod) {
        return "/api/v1/namespaces/" + pod.namespace() + "/pods/" + pod.name();
    }

    private static <T> T answered(String operation, Supplier<T> request) {
        try {
            return request.get();
        } catch (KubernetesClientException failed) {
            throw new ClusterException(operation, failed.getCode(), failed);
        }
    }
}
