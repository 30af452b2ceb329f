package dev.varve.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeWishesTest {
    private static final String A = "quay.io/o/os@sha256:" + "a".repeat(64);
    private static final String B = "quay.io/o/os@sha256:" + "b".repeat(64);

    @Test
    void anAbsentDesiredImageIsNeverAReasonToMove() {
        NodeWishes wishes = NodeWishes.from(Map.of(), PlainJson.none());
        assertThat(wishes).isEqualTo(NodeWishes.NONE);
        assertThat(wishes.granted()).isFalse();
    }

    @Test
    void aPrefetchIsWantedButNotGranted() {
        NodeWishes wishes = NodeWishes.from(Map.of(Keys.DESIRED_IMAGE, A, Keys.PREFETCH, B), PlainJson.none());
        assertThat(wishes.wanted()).hasValue(Pullspec.parse(B));
        assertThat(wishes.granted()).isFalse();
    }

    @Test
    void theGrantIsThePrefetchedImageAsDesiredImage() {
        assertThat(NodeWishes.from(Map.of(Keys.DESIRED_IMAGE, B, Keys.PREFETCH, B), PlainJson.none()).granted()).isTrue();
        assertThat(NodeWishes.from(Map.of(Keys.DESIRED_IMAGE, B), PlainJson.none()).granted()).isTrue();
    }

    @Test
    void garbageIsReportedWithKeyAndValueAndActedOnByNobody() {
        NodeWishes wishes = NodeWishes.from(
                Map.of(Keys.DESIRED_IMAGE, "quay.io/o/os:latest", Keys.POLICY, "{", Keys.KERNEL_ARGUMENTS, "7"),
                PlainJson.of("7", 7));
        assertThat(wishes.wanted()).isEmpty();
        assertThat(wishes.policy()).isEqualTo(AgentPolicy.DEFAULT);
        assertThat(wishes.problems()).hasSize(3);
        assertThat(wishes.problems().get(0)).startsWith(Keys.DESIRED_IMAGE + " is \"quay.io/o/os:latest\"");
        assertThat(wishes.problems().get(1)).startsWith(Keys.KERNEL_ARGUMENTS + " is \"7\"");
        assertThat(wishes.problems().get(2)).isEqualTo(Keys.POLICY + " is \"{\": is not JSON");
    }

    @Test
    void anEntryMayHoldSeveralKernelArgumentsButNoControlCharacters() {
        assertThat(NodeWishes.from(Map.of(Keys.KERNEL_ARGUMENTS, "x"), PlainJson.of("x", List.of("a=1  b", "", "c"))).kernelArguments())
                .containsExactly("a=1", "b", "c");
        assertThat(NodeWishes.from(Map.of(Keys.KERNEL_ARGUMENTS, "x"), PlainJson.of("x", List.of("a\nb"))).problems())
                .containsExactly(Keys.KERNEL_ARGUMENTS + "[0] is \"a?b\": must not have control characters");
    }

    @Test
    void aPolicyGoesThereAndBack() {
        AgentPolicy policy = new AgentPolicy(
                Duration.ofMillis(1500),
                AgentPolicy.OnDrainTimeout.Skip,
                AgentPolicy.UnmanagedPods.Evict,
                Map.of("a", "b"),
                List.of("kube-system"),
                Duration.ofMinutes(3),
                Duration.ofMinutes(2),
                Duration.ofSeconds(1),
                new AgentPolicy.Retry(Duration.ofSeconds(1), 3, Duration.ofSeconds(7), 4));
        assertThat(AgentPolicy.from(Tree.root(policy.tree()))).isEqualTo(policy);
        assertThat(AgentPolicy.from(Tree.root(null))).isEqualTo(AgentPolicy.DEFAULT);
    }

    @Test
    void backoffGrowsByItsFactorUpToItsCap() {
        AgentPolicy.Retry retry = new AgentPolicy.Retry(Duration.ofSeconds(10), 2, Duration.ofMinutes(5), 12);
        assertThat(retry.after(1)).isEqualTo(Duration.ofSeconds(10));
        assertThat(retry.after(3)).isEqualTo(Duration.ofSeconds(40));
        assertThat(retry.after(1_000_000)).isEqualTo(Duration.ofMinutes(5));
    }
}
