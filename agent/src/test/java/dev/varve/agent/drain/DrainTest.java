package dev.varve.agent.drain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.agent.cluster.ClusterException;
import dev.varve.agent.cluster.Eviction;
import dev.varve.agent.cluster.NodeApi;
import dev.varve.agent.cluster.NodePatch;
import dev.varve.agent.decide.DrainFilter;
import dev.varve.agent.decide.NodeView;
import dev.varve.agent.decide.PodFacts;
import dev.varve.contract.AgentPolicy;
import dev.varve.contract.DrainReport;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Time passes only where the drain lets it: an hour takes a moment. */
class DrainTest {
    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");

    private final Pods pods = new Pods();
    private final List<DrainReport> reports = new CopyOnWriteArrayList<>();
    private Instant now = START;

    @Test
    void evictsEverythingThatHasToGoAndWaitsUntilItIsGone() throws InterruptedException {
        pods.add("cart-0", "cart-1");
        pods.grace = Duration.ofSeconds(30);
        drain(false);
        assertThat(pods.asked).containsOnlyKeys("cart-0", "cart-1").allSatisfy((_, times) -> assertThat(times).hasSize(1));
        assertThat(now).isBetween(START.plusSeconds(30), START.plusSeconds(31));
        assertThat(reports.getFirst()).isEqualTo(new DrainReport(START, 2, 2, List.of()));
        assertThat(reports.getLast()).isEqualTo(new DrainReport(START, 2, 0, List.of()));
    }

    @Test
    void leavesWhatMayStay() throws InterruptedException {
        pods.put(new PodFacts("kube-system", "proxy", "uid-proxy", Map.of(), Optional.of("DaemonSet"), false, false, false));
        drain(false);
        assertThat(pods.asked).isEmpty();
        assertThat(now).isEqualTo(START);
    }

    @Test
    void namesTheBudgetAtOnceAndAsksAgainWithItsOwnBackoff() throws InterruptedException {
        pods.add("cart-0", "free-0");
        pods.guardedUntil.put("cart-0", START.plusSeconds(40));
        drain(false);
        DrainReport refused = reports.stream().filter(r -> !r.blockers().isEmpty()).findFirst().orElseThrow();
        assertThat(refused.blockers().getFirst()).isEqualTo(
                new DrainReport.Blocker("shop", "cart-0", Optional.of("web"), "needs 2", START));
        assertThat(pods.asked.get("free-0")).hasSize(1);

        List<Instant> asked = pods.asked.get("cart-0");
        assertThat(Duration.between(asked.get(0), asked.get(1))).isBetween(Duration.ofMillis(500), Duration.ofMillis(1_500));
        for (int i = 5; i < asked.size(); i++) {
            assertThat(Duration.between(asked.get(i - 1), asked.get(i)))
                    .isBetween(Duration.ofMillis(2_500), Duration.ofMillis(5_500));
        }
        assertThat(asked.getLast()).isBetween(START.plusSeconds(40), START.plusSeconds(46));
    }

    @Test
    void aPodOfTheSameNameWithAnotherUidIsAnotherPod() throws InterruptedException {
        pods.add("db-0");
        pods.replacedBy = Optional.of("uid-new");
        drain(false);
        assertThat(pods.asked.get("db-0")).hasSize(2);
    }

    @Test
    void waitsForWhatTerminatesAlreadyWithoutAskingIt() throws InterruptedException {
        pods.put(new PodFacts("shop", "old", "uid-old", Map.of(), Optional.of("ReplicaSet"), false, false, true));
        pods.goneAt.put("uid-old", START.plusSeconds(10));
        drain(false);
        assertThat(pods.asked).isEmpty();
        assertThat(now).isAfterOrEqualTo(START.plusSeconds(10));
    }

    @Test
    void aPodThatNobodyWouldMakeAgainIsNamedAndNotTouched() throws InterruptedException {
        pods.put(new PodFacts("shop", "naked", "uid-naked", Map.of(), Optional.empty(), false, false, false));
        pods.goneAt.put("uid-naked", START.plusSeconds(60)); // A person deletes it.
        drain(false);
        assertThat(pods.asked).isEmpty();
        assertThat(reports.getFirst().blockers().getFirst().message()).contains("no controller");
        assertThat(reports.getFirst().blockers().getFirst().pod()).isEqualTo("naked");
    }

    @Test
    void forceDeletesWhatIsLeftAndSaysSoForEachPod() throws InterruptedException {
        pods.add("cart-0");
        pods.put(new PodFacts("shop", "naked", "uid-naked", Map.of(), Optional.empty(), false, false, false));
        pods.guardedUntil.put("cart-0", Instant.MAX);
        drain(true);
        assertThat(pods.deleted).containsExactlyInAnyOrder("cart-0", "naked");
        assertThat(pods.events).hasSize(2);
    }

    @Test
    void neverMoreThanTenEvictionsAtATime() throws InterruptedException {
        for (int i = 0; i < 35; i++) {
            pods.add("p-" + i);
        }
        pods.eleventh = Optional.of(new CountDownLatch(11));
        drain(false);
        assertThat(pods.most.get()).isEqualTo(10);
        assertThat(pods.asked).hasSize(35);
    }

    @Test
    void anApiServerThatDoesNotAnswerEndsTheDrain() {
        pods.add("cart-0");
        pods.away = true;
        assertThatThrownBy(() -> drain(false)).isInstanceOf(ClusterException.class);
    }

    @Test
    void anInterruptEndsIt() {
        pods.add("cart-0");
        pods.guardedUntil.put("cart-0", Instant.MAX);
        Drain drain = new Drain(pods, clock(), _ -> {
            throw new InterruptedException();
        }, new Random(1), reports::add);
        assertThatThrownBy(() -> drain.run(filter(), START, false)).isInstanceOf(InterruptedException.class);
    }

    private void drain(boolean force) throws InterruptedException {
        new Drain(pods, clock(), pause -> now = now.plus(pause), new Random(1), reports::add).run(filter(), START, force);
    }

    private static DrainFilter filter() {
        return new DrainFilter(AgentPolicy.DEFAULT, "varve", "agent-1");
    }

    private Clock clock() {
        return new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now;
            }
        };
    }

    /** The node's pods, with budgets and graceful ends. */
    private final class Pods implements NodeApi {
        private final Map<String, PodFacts> byUid = new LinkedHashMap<>();
        private final Map<String, Instant> goneAt = new LinkedHashMap<>();
        private final Map<String, Instant> guardedUntil = new LinkedHashMap<>();
        private final Map<String, List<Instant>> asked = new LinkedHashMap<>();
        private final List<String> deleted = new CopyOnWriteArrayList<>();
        private final List<String> events = new CopyOnWriteArrayList<>();
        private final AtomicInteger flying = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();
        /** Ten wait for an eleventh, which must not come. */
        private Optional<CountDownLatch> eleventh = Optional.empty();
        private Optional<String> replacedBy = Optional.empty();
        private Duration grace = Duration.ZERO;
        private boolean away;

        void add(String... names) {
            for (String name : names) {
                put(new PodFacts("shop", name, "uid-" + name, Map.of(), Optional.of("ReplicaSet"), false, false, false));
            }
        }

        void put(PodFacts pod) {
            byUid.put(pod.uid(), pod);
        }

        @Override
        public synchronized List<PodFacts> pods() {
            for (var gone : Map.copyOf(goneAt).entrySet()) {
                if (!now.isBefore(gone.getValue())) {
                    PodFacts was = byUid.remove(gone.getKey());
                    goneAt.remove(gone.getKey());
                    replacedBy.ifPresent(uid -> put(new PodFacts(
                            was.namespace(), was.name(), uid, Map.of(), was.controllerKind(), false, false, false)));
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
                return answer(pod);
            } catch (InterruptedException cut) {
                throw new IllegalStateException(cut);
            } finally {
                flying.decrementAndGet();
            }
        }

        private synchronized Eviction answer(PodFacts pod) {
            if (away) {
                throw new ClusterException("evict", 0, new IOException("away"));
            }
            asked.computeIfAbsent(pod.name(), _ -> new ArrayList<>()).add(now);
            if (now.isBefore(guardedUntil.getOrDefault(pod.name(), START))) {
                return new Eviction.Refused(Optional.of("web"), "needs 2");
            }
            leave(pod);
            return new Eviction.Accepted();
        }

        private void leave(PodFacts pod) {
            goneAt.put(pod.uid(), now.plus(grace));
            put(new PodFacts(pod.namespace(), pod.name(), pod.uid(), Map.of(), pod.controllerKind(), false, false, true));
        }

        @Override
        public synchronized void delete(PodFacts pod) {
            deleted.add(pod.name());
            leave(pod);
        }

        @Override
        public void event(boolean warning, String reason, String message) {
            events.add(message);
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
}
