package dev.varve.agent.drain;

import dev.varve.agent.cluster.ClusterException;
import dev.varve.agent.cluster.Eviction;
import dev.varve.agent.cluster.NodeApi;
import dev.varve.agent.cluster.NodePatch;
import dev.varve.agent.decide.NodeView;
import dev.varve.agent.decide.PodFacts;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The node's pods, with graceful ends and disruption budgets. A budget has room for so many pods that are away; a pod is away
 * until its replacement is ready on another node.
 */
final class FakePods implements NodeApi {
    final Map<String, List<Instant>> asked = new LinkedHashMap<>();
    final List<String> deleted = new CopyOnWriteArrayList<>();
    final List<String> events = new CopyOnWriteArrayList<>();
    final AtomicInteger most = new AtomicInteger();
    final Map<String, Instant> guardedUntil = new LinkedHashMap<>();
    /** Ten wait for an eleventh, which must not come. */
    Optional<CountDownLatch> eleventh = Optional.empty();
    private final Map<String, CountDownLatch> unanswered = new LinkedHashMap<>();
    /** UID of the pod of the same name that comes to this node when the first one is gone. */
    Optional<String> replacedBy = Optional.empty();
    Duration grace = Duration.ZERO;
    /** From an eviction to the replacement's being ready. */
    Duration replacement = Duration.ZERO;
    int room = Integer.MAX_VALUE;
    Duration answerTakes = Duration.ZERO;
    boolean away;
    /** An eviction that is accepted and of which nothing comes. */
    boolean deaf;

    private final VirtualTime time;
    private final Map<String, PodFacts> byUid = new LinkedHashMap<>();
    private final Map<String, Instant> goneAt = new LinkedHashMap<>();
    private final List<Instant> replacedAt = new ArrayList<>();
    private final AtomicInteger flying = new AtomicInteger();

    FakePods(VirtualTime time) {
        this.time = time;
    }

    void add(String... names) {
        for (String name : names) {
            put(pod(name, "uid-" + name, Optional.of("uid-web")));
        }
    }

    static PodFacts pod(String name, String uid, Optional<String> controller) {
        return new PodFacts("shop", name, uid, Map.of(), controller.map(owner -> new PodFacts.Controller("ReplicaSet", owner)),
                false, false, Optional.empty());
    }

    static PodFacts leaving(String name, Instant due, String... finalizers) {
        return new PodFacts("shop", name, "uid-" + name, Map.of(), Optional.of(new PodFacts.Controller("ReplicaSet", "uid-web")),
                false, false, Optional.of(new PodFacts.Leaving(due, List.of(finalizers))));
    }

    void put(PodFacts pod) {
        byUid.put(pod.uid(), pod);
    }

    void goneAt(String name, Instant when) {
        goneAt.put("uid-" + name, when);
    }

    /** No answer to an eviction of this pod before that. */
    void unansweredUntil(String name, CountDownLatch latch) {
        unanswered.put(name, latch);
    }

    int questions() {
        return asked.values().stream().mapToInt(List::size).sum();
    }

    @Override
    public synchronized List<PodFacts> pods() {
        reachable("list pods");
        for (var gone : Map.copyOf(goneAt).entrySet()) {
            if (!time.instant().isBefore(gone.getValue())) {
                PodFacts was = byUid.remove(gone.getKey());
                goneAt.remove(gone.getKey());
                replacedBy.ifPresent(uid -> put(pod(was.name(), uid, Optional.of("uid-web"))));
                replacedBy = Optional.empty();
            }
        }
        return List.copyOf(byUid.values());
    }

    @Override
    public Eviction evict(PodFacts pod) {
        most.accumulateAndGet(flying.incrementAndGet(), Math::max);
        try {
            if (eleventh.isPresent()) {
                eleventh.get().countDown();
                eleventh.get().await(200, TimeUnit.MILLISECONDS);
            }
            CountDownLatch latch = unanswered.get(pod.name());
            if (latch != null && !latch.await(20, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody heard of the refusal of another pod meanwhile");
            }
            return answer(pod);
        } catch (InterruptedException cut) {
            throw new IllegalStateException(cut);
        } finally {
            flying.decrementAndGet();
        }
    }

    private synchronized Eviction answer(PodFacts pod) {
        reachable("evict pod");
        time.pass(answerTakes);
        Instant now = time.instant();
        asked.computeIfAbsent(pod.name(), _ -> new ArrayList<>()).add(now);
        replacedAt.removeIf(ready -> !now.isBefore(ready));
        if (now.isBefore(guardedUntil.getOrDefault(pod.name(), Instant.MIN)) || replacedAt.size() >= room) {
            return new Eviction.Refused(Optional.of("web"), "needs 2");
        }
        if (!byUid.containsKey(pod.uid())) {
            return new Eviction.Gone();
        }
        if (!deaf) {
            leave(pod);
        }
        return new Eviction.Accepted();
    }

    private void leave(PodFacts pod) {
        Instant due = time.instant().plus(grace);
        goneAt.put(pod.uid(), due);
        replacedAt.add(time.instant().plus(replacement));
        put(new PodFacts(pod.namespace(), pod.name(), pod.uid(), Map.of(), pod.controller(), false, false,
                Optional.of(new PodFacts.Leaving(due, List.of()))));
    }

    @Override
    public synchronized boolean delete(PodFacts pod) {
        reachable("delete pod");
        if (!byUid.containsKey(pod.uid())) {
            return false;
        }
        deleted.add(pod.name());
        leave(pod);
        return true;
    }

    @Override
    public void event(boolean warning, String reason, String message) {
        events.add(message);
    }

    private void reachable(String operation) {
        if (away) {
            throw new ClusterException(operation, 0, new IOException("away"));
        }
    }

    @Override
    public void start() {}

    @Override
    public Optional<NodeView> node() {
        return Optional.empty();
    }

    @Override
    public void onChange(Runnable wake) {}

    @Override
    public NodeView patch(NodePatch patch) {
        throw new UnsupportedOperationException("a drain does not write the Node");
    }

    @Override
    public void close() {}
}
