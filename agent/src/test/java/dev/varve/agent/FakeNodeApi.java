package dev.varve.agent;

import dev.varve.agent.cluster.ClusterException;
import dev.varve.agent.cluster.Eviction;
import dev.varve.agent.cluster.NodeApi;
import dev.varve.agent.cluster.NodePatch;
import dev.varve.agent.decide.NodeView;
import dev.varve.agent.decide.PodFacts;
import dev.varve.contract.Keys;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** The API server as one agent sees it, in memory; it outlives the agents. Evicted pods are gone at once. */
public final class FakeNodeApi {
    public final List<NodePatch> patches = new CopyOnWriteArrayList<>();
    public final List<String> events = new CopyOnWriteArrayList<>();
    public final List<String> evicted = new CopyOnWriteArrayList<>();
    private final List<Runnable> wakes = new CopyOnWriteArrayList<>();
    private final Map<String, String> annotations = new LinkedHashMap<>();
    private final List<PodFacts> pods = new ArrayList<>();
    private final Set<String> guarded = new LinkedHashSet<>();
    private long version = 1;
    private boolean unschedulable;
    private boolean ready = true;
    private Optional<String> bootId = Optional.of("boot-1");
    private boolean down;
    private Optional<NodeView> watched = Optional.empty();
    private Predicate<NodePatch> refused = _ -> false;
    public final AtomicInteger refusals = new AtomicInteger();

    public NodeApi door() {
        return new Door();
    }

    /** Writes as the controller would; a null removes. */
    public void annotate(String... keysAndValues) {
        synchronized (this) {
            for (int i = 0; i < keysAndValues.length; i += 2) {
                put(keysAndValues[i], Optional.ofNullable(keysAndValues[i + 1]));
            }
            version++;
        }
        changed();
    }

    /** Writes what the agent's watch does not tell it: only the answer to its own next patch will. */
    public synchronized void annotateUnheard(String key, String value) {
        watched = Optional.of(view());
        put(key, Optional.of(value));
        version++;
    }

    public void unschedulable(boolean value) {
        synchronized (this) {
            unschedulable = value;
            version++;
        }
        changed();
    }

    public void ready(boolean value, String boot) {
        synchronized (this) {
            ready = value;
            bootId = Optional.of(boot);
            version++;
        }
        changed();
    }

    public synchronized void down(boolean value) {
        down = value;
    }

    /** Patches that the API server does not take. */
    public synchronized void refuse(Predicate<NodePatch> which) {
        refused = which;
    }

    public synchronized void add(PodFacts pod) {
        pods.add(pod);
    }

    /** No eviction of this pod is allowed. */
    public synchronized void guard(String pod, boolean guardedNow) {
        if (guardedNow) {
            guarded.add(pod);
        } else {
            guarded.remove(pod);
        }
    }

    public synchronized Optional<String> annotation(String key) {
        return Optional.ofNullable(annotations.get(key));
    }

    public synchronized boolean unschedulable() {
        return unschedulable;
    }

    public synchronized int podsLeft() {
        return pods.size();
    }

    public static PodFacts pod(String name) {
        return new PodFacts("shop", name, "uid-" + name, Map.of(), Optional.of(new PodFacts.Controller("ReplicaSet", "uid-web")), false, false, Optional.empty());
    }

    private void put(String key, Optional<String> value) {
        value.ifPresentOrElse(text -> annotations.put(key, text), () -> annotations.remove(key));
    }

    private void changed() {
        wakes.forEach(Runnable::run);
    }

    private synchronized NodeView view() {
        return new NodeView(Long.toString(version), annotations, unschedulable, ready, bootId);
    }

    private void reachable(String operation) {
        if (down) {
            throw new ClusterException(operation, 0, new IOException("connection refused"));
        }
    }

    private final class Door implements NodeApi {
        @Override
        public void start() {}

        @Override
        public Optional<NodeView> node() {
            synchronized (FakeNodeApi.this) {
                return watched.or(() -> Optional.of(view()));
            }
        }

        @Override
        public void onChange(Runnable wake) {
            wakes.add(wake);
        }

        @Override
        public NodeView patch(NodePatch patch) {
            synchronized (FakeNodeApi.this) {
                reachable("patch node");
                if (refused.test(patch)) {
                    refusals.incrementAndGet();
                    throw new ClusterException("patch node", 500, new IOException("etcd is slow"));
                }
                if (patch.resourceVersion().filter(v -> !v.equals(Long.toString(version))).isPresent()) {
                    throw new ClusterException("patch node", 409, new IOException("conflict"));
                }
                patch.annotations().forEach(FakeNodeApi.this::put);
                patch.unschedulable().ifPresent(value -> unschedulable = value);
                version++;
                patches.add(patch);
                watched = Optional.empty();
            }
            changed();
            return view();
        }

        @Override
        public List<PodFacts> pods() {
            synchronized (FakeNodeApi.this) {
                reachable("list pods");
                return List.copyOf(pods);
            }
        }

        @Override
        public Eviction evict(PodFacts pod) {
            synchronized (FakeNodeApi.this) {
                reachable("evict pod");
                if (guarded.contains(pod.name())) {
                    return new Eviction.Refused(Optional.of("web"), "The disruption budget web needs 2 healthy pods and has 2 currently");
                }
                pods.removeIf(p -> p.uid().equals(pod.uid()));
                evicted.add(pod.name());
                return new Eviction.Accepted();
            }
        }

        @Override
        public boolean delete(PodFacts pod) {
            synchronized (FakeNodeApi.this) {
                reachable("delete pod");
                return pods.removeIf(p -> p.uid().equals(pod.uid()));
            }
        }

        @Override
        public void event(boolean warning, String reason, String message) {
            synchronized (FakeNodeApi.this) {
                reachable("create event");
                events.add(reason);
            }
        }

        @Override
        public void close() {}
    }

    /** For a quick read in assertions. */
    public String phase() {
        return annotation(Keys.PHASE).orElse("");
    }
}
