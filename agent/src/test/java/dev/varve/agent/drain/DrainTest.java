package dev.varve.agent.drain;

import static dev.varve.agent.drain.VirtualTime.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.agent.cluster.ClusterException;
import dev.varve.agent.decide.DrainFilter;
import dev.varve.agent.decide.PodFacts;
import dev.varve.contract.AgentPolicy;
import dev.varve.contract.DrainReport;
import dev.varve.contract.DrainReport.Blocker;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DrainTest {
    private final VirtualTime time = new VirtualTime();
    private final FakePods pods = new FakePods(time);
    private final List<DrainReport> reports = new CopyOnWriteArrayList<>();
    private Optional<DrainReport> before = Optional.empty();
    private Pause pause = time::pass;

    @Test
    void evictsEverythingThatHasToGoAndWaitsUntilItIsGone() throws InterruptedException {
        pods.add("cart-0", "cart-1");
        pods.grace = Duration.ofSeconds(30);
        drain(false);
        assertThat(pods.asked).containsOnlyKeys("cart-0", "cart-1").allSatisfy((_, times) -> assertThat(times).hasSize(1));
        assertThat(time.instant()).isBetween(START.plusSeconds(30), START.plusSeconds(32));
        assertThat(reports.getFirst()).isEqualTo(new DrainReport(START, 2, 2, List.of()));
        assertThat(reports.getLast()).isEqualTo(new DrainReport(START, 2, 0, List.of()));
    }

    @Test
    void leavesWhatMayStay() throws InterruptedException {
        pods.put(new PodFacts("kube-system", "proxy", "uid-proxy", Map.of(), Optional.of(new PodFacts.Controller("DaemonSet", "u")),
                false, false, Optional.empty()));
        drain(false);
        assertThat(pods.asked).isEmpty();
        assertThat(time.instant()).isEqualTo(START);
    }

    @Test
    void namesTheBudgetBeforeAnyTimePassesAndAsksAgain() throws InterruptedException {
        pods.add("cart-0");
        pods.put(FakePods.pod("free-0", "uid-free-0", Optional.of("uid-free")));
        pods.guardedUntil.put("cart-0", START.plusSeconds(40));
        var atFirstPause = new CopyOnWriteArrayList<DrainReport>();
        pause = duration -> {
            atFirstPause.addAllAbsent(time.instant().equals(START) ? reports : List.of());
            time.pass(duration);
        };
        drain(false);
        assertThat(atFirstPause).anySatisfy(report -> assertThat(report.blockers())
                .containsExactly(new Blocker("shop", "cart-0", Optional.of("web"), "needs 2", START)));
        assertThat(pods.asked.get("free-0")).hasSize(1);

        List<Instant> asked = pods.asked.get("cart-0");
        assertThat(Duration.between(asked.get(0), asked.get(1))).isBetween(Duration.ofMillis(500), Duration.ofMillis(1_600));
        for (int i = 1; i < asked.size(); i++) {
            assertThat(Duration.between(asked.get(i - 1), asked.get(i))).isLessThan(Duration.ofSeconds(6));
        }
        assertThat(asked.getLast()).isBetween(START.plusSeconds(40), START.plusSeconds(46));
    }

    @Test
    void aRefusalShowsWhileOtherQuestionsHaveNoAnswerYet() throws InterruptedException {
        pods.add("cart-0");
        pods.put(FakePods.pod("slow-0", "uid-slow-0", Optional.of("uid-slow")));
        pods.guardedUntil.put("cart-0", START.plusSeconds(3));
        var named = new CountDownLatch(1);
        pods.unansweredUntil("slow-0", named);
        new Drain(pods, time, time::pass, new Random(1), report -> {
            if (!report.blockers().isEmpty()) {
                named.countDown();
            }
        }).run(filter(), START, before, false);
        assertThat(pods.asked).containsKeys("cart-0", "slow-0");
    }

    /** 250 pods of one Deployment, of which so many may be away at a time, each until its replacement is ready. */
    @ParameterizedTest(name = "room for {0}, replaced after {1} s, ends within {2} s")
    @CsvSource({"1,1,560", "5,1,130", "5,2,190", "5,8,520", "5,20,1250", "25,10,140", "125,20,60", "249,30,60"})
    void aTightBudgetIsAskedLittleMoreThanItGrants(int room, int replacement, int end) throws InterruptedException {
        pods.add(names(250));
        pods.room = room;
        pods.replacement = Duration.ofSeconds(replacement);
        pods.grace = Duration.ofSeconds(1);
        drain(false);
        assertThat(pods.asked).hasSize(250);
        assertThat(pods.questions()).isLessThanOrEqualTo(300);
        assertThat(time.instant()).isBefore(START.plusSeconds(end));
        assertThat(reports).allSatisfy(report -> assertThat(report.blockers()).hasSizeLessThanOrEqualTo(20));
    }

    @Test
    void aBudgetWithoutRoomIsAskedEveryFewSecondsNotForEachOfItsPods() throws InterruptedException {
        pods.add(names(250));
        pods.room = 0;
        pause = duration -> {
            time.pass(duration);
            if (time.instant().isAfter(START.plusSeconds(600))) {
                throw new InterruptedException();
            }
        };
        assertThatThrownBy(() -> drain(false)).isInstanceOf(InterruptedException.class);
        assertThat(pods.questions()).isBetween(100, 130);
    }

    @Test
    void roomThatAPersonMakesIsUsedWithinSeconds() throws InterruptedException {
        pods.add(names(20));
        pods.room = 0;
        pause = duration -> {
            time.pass(duration);
            if (time.instant().isAfter(START.plusSeconds(300))) {
                pods.room = Integer.MAX_VALUE;
            }
        };
        drain(false);
        assertThat(time.instant()).isBefore(START.plusSeconds(340));
    }

    @Test
    void oneBudgetDoesNotHoldUpThePodsOfAnother() throws InterruptedException {
        pods.add("cart-0", "cart-1");
        pods.guardedUntil.put("cart-0", START.plusSeconds(100));
        pods.guardedUntil.put("cart-1", START.plusSeconds(100));
        IntStream.range(0, 20).forEach(i -> pods.put(FakePods.pod("free-" + i, "uid-free-" + i, Optional.of("uid-free"))));
        drain(false);
        assertThat(pods.asked.entrySet()).filteredOn(e -> e.getKey().startsWith("free"))
                .hasSize(20)
                .allSatisfy(e -> assertThat(e.getValue()).containsExactly(START));
    }

    @Test
    void aPodOfTheSameNameWithAnotherUidIsAnotherPod() throws InterruptedException {
        pods.add("db-0");
        pods.replacedBy = Optional.of("uid-new");
        drain(false);
        assertThat(pods.asked.get("db-0")).hasSize(2);
    }

    @Test
    void aPodThatWentToAnotherNodeIsNotAskedAgain() throws InterruptedException {
        pods.add("db-0");
        pods.guardedUntil.put("db-0", Instant.MAX);
        pods.goneAt("db-0", START.plusSeconds(1)); // A person deletes it; its successor is elsewhere.
        drain(false);
        assertThat(pods.asked.get("db-0")).hasSize(1);
    }

    @Test
    void anEvictionOfWhichNothingComesIsAskedAgain() throws InterruptedException {
        pods.add("cart-0");
        pods.deaf = true;
        pause = duration -> {
            time.pass(duration);
            pods.deaf = time.instant().isBefore(START.plusSeconds(3));
        };
        drain(false);
        List<Instant> asked = pods.asked.get("cart-0");
        assertThat(asked).hasSize(2);
        assertThat(Duration.between(asked.get(0), asked.get(1))).isGreaterThanOrEqualTo(Duration.ofSeconds(5));
    }

    /** As where the API server resolves conflicts about a budget: half a second for each eviction. */
    @Test
    void slowAnswersDoNotMakeItAskTwice() throws InterruptedException {
        pods.add(names(60));
        pods.answerTakes = Duration.ofMillis(500);
        drain(false);
        assertThat(pods.questions()).isEqualTo(60);
        assertThat(reports).as("looks in between").hasSizeGreaterThan(5);
    }

    @Test
    void waitsForWhatTerminatesAlreadyWithoutAskingIt() throws InterruptedException {
        pods.put(FakePods.leaving("old", START.plusSeconds(10)));
        pods.goneAt("old", START.plusSeconds(10));
        drain(false);
        assertThat(pods.asked).isEmpty();
        assertThat(time.instant()).isAfterOrEqualTo(START.plusSeconds(10));
        assertThat(reports).allSatisfy(report -> assertThat(report.blockers()).isEmpty());
    }

    @Test
    void aPodThatDoesNotEndIsNamedWithSinceWhenAndWhy() throws InterruptedException {
        pods.put(FakePods.leaving("kept", START.plusSeconds(10), "shop/backup"));
        pods.put(FakePods.leaving("stuck", START.plusSeconds(20)));
        pods.goneAt("kept", START.plusSeconds(100));
        pods.goneAt("stuck", START.plusSeconds(100));
        drain(false);
        assertThat(reports).filteredOn(report -> report.blockers().size() == 2).first()
                .extracting(DrainReport::blockers).asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.list(Blocker.class))
                .containsExactly(
                        new Blocker("shop", "kept", Optional.empty(), "deleted, and its grace period is over: kept by the finalizer"
                                + " shop/backup, which whoever set it has to remove", START.plusSeconds(10)),
                        new Blocker("shop", "stuck", Optional.empty(), "deleted, and its grace period is over: the kubelet has not"
                                + " ended it, see journalctl -u kubelet on the node", START.plusSeconds(20)));
    }

    @Test
    void aPodThatNobodyWouldMakeAgainIsNamedAndNotTouched() throws InterruptedException {
        pods.put(FakePods.pod("naked", "uid-naked", Optional.empty()));
        pods.goneAt("naked", START.plusSeconds(60)); // A person deletes it.
        drain(false);
        assertThat(pods.asked).isEmpty();
        assertThat(reports.getFirst().blockers()).singleElement()
                .satisfies(blocker -> assertThat(blocker.message()).contains("no controller"))
                .satisfies(blocker -> assertThat(blocker.pod()).isEqualTo("naked"));
    }

    @Test
    void forceDeletesWhatIsLeftAndSaysSoForEachPod() throws InterruptedException {
        pods.add(names(30));
        pods.put(FakePods.pod("naked", "uid-naked", Optional.empty()));
        pods.room = 0;
        drain(true);
        assertThat(pods.asked).isEmpty();
        assertThat(pods.deleted).hasSize(31).doesNotHaveDuplicates().contains("naked");
        assertThat(pods.events).hasSize(31).doesNotHaveDuplicates().allMatch(event -> event.startsWith("Deleted pod shop/"));
    }

    @Test
    void neverMoreThanTenEvictionsAtATime() throws InterruptedException {
        IntStream.range(0, 35).forEach(i -> pods.put(FakePods.pod("p-" + i, "uid-" + i, Optional.of("uid-owner-" + i))));
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
    void begunAgainItGoesOnAboutTheSamePodsSinceTheSameTime() throws InterruptedException {
        pods.add("cart-0", "cart-1");
        pods.guardedUntil.put("cart-1", START.plusSeconds(60));
        pause = duration -> {
            time.pass(duration);
            pods.away = time.instant().isAfter(START.plusSeconds(10));
        };
        assertThatThrownBy(() -> drain(false)).isInstanceOf(ClusterException.class);
        DrainReport last = reports.getLast();
        assertThat(last.blockers()).singleElement().extracting(Blocker::since).isEqualTo(START);

        pods.away = false;
        pause = time::pass;
        before = Optional.of(last);
        reports.clear();
        drain(false);
        assertThat(reports).filteredOn(report -> !report.blockers().isEmpty()).isNotEmpty().allSatisfy(report -> {
            assertThat(report.total()).isEqualTo(2);
            assertThat(report.blockers().getFirst().since()).isEqualTo(START);
        });
        assertThat(pods.asked.get("cart-0")).hasSize(1);
    }

    @Test
    void anInterruptEndsIt() {
        pods.add("cart-0");
        pods.guardedUntil.put("cart-0", Instant.MAX);
        pause = _ -> {
            throw new InterruptedException();
        };
        assertThatThrownBy(() -> drain(false)).isInstanceOf(InterruptedException.class);
    }

    private static String[] names(int count) {
        return IntStream.range(0, count).mapToObj(i -> "cart-" + i).toArray(String[]::new);
    }

    private void drain(boolean force) throws InterruptedException {
        new Drain(pods, time, pause, new Random(1), reports::add).run(filter(), START, before, force);
    }

    private static DrainFilter filter() {
        return new DrainFilter(AgentPolicy.DEFAULT, "varve", "agent-1");
    }
}
