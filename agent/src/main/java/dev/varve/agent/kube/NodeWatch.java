package dev.varve.agent.kube;

import dev.varve.agent.decide.NodeView;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agent's one watch. Also takes in the answers to our own patches, which may be newer than what the watch has told. */
final class NodeWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger("dev.varve.agent");
    private final SharedIndexInformer<Node> informer;
    private final List<Runnable> wakes = new CopyOnWriteArrayList<>();
    private Optional<NodeView> view = Optional.empty();
    private boolean away;

    NodeWatch(KubernetesClient client, String name) {
        this.informer = client.nodes().withField("metadata.name", name).runnableInformer(0);
    }

    void start() {
        informer.exceptionHandler((_, failure) -> {
            away(failure);
            return true;
        });
        informer.addEventHandler(new ResourceEventHandler<>() {
            @Override
            public void onAdd(Node node) {
                seen(node);
            }

            @Override
            public void onUpdate(Node before, Node node) {
                seen(node);
            }

            @Override
            public void onDelete(Node node, boolean unknown) {
                gone();
            }
        });
        var _ = informer.start();
    }

    synchronized Optional<NodeView> node() {
        return view;
    }

    void onChange(Runnable wake) {
        wakes.add(wake);
    }

    /** The newer of what is known and this. */
    NodeView seen(Node node) {
        NodeView next = Views.node(node);
        boolean news;
        synchronized (this) {
            away = false;
            if (view.isPresent() && older(next, view.get())) {
                return view.get();
            }
            // A heartbeat is no news: it would only wake the host's own daemon from its idle exit.
            news = view.isEmpty() || !alike(view.get(), next);
            view = Optional.of(next);
        }
        if (news) {
            wakes.forEach(Runnable::run);
        }
        return next;
    }

    @Override
    public void close() {
        informer.stop();
    }

    private void gone() {
        synchronized (this) {
            view = Optional.empty();
        }
        wakes.forEach(Runnable::run);
    }

    private synchronized void away(Throwable failure) {
        if (!away) {
            away = true;
            log.warn("watch of the node: {}; it goes on trying", String.valueOf(failure.getMessage()));
        }
    }

    private static boolean alike(NodeView one, NodeView other) {
        return one.annotations().equals(other.annotations())
                && one.unschedulable() == other.unschedulable()
                && one.ready() == other.ready()
                && one.bootId().equals(other.bootId());
    }

    /** Resource versions of one object are ordered numbers in every API server that exists; others are taken as newer. */
    private static boolean older(NodeView next, NodeView known) {
        try {
            return Long.parseLong(next.resourceVersion()) < Long.parseLong(known.resourceVersion());
        } catch (NumberFormatException opaque) {
            return false;
        }
    }
}
