package dev.varve.agent.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.varve.agent.Images;
import dev.varve.agent.decide.Attempt;
import dev.varve.agent.decide.Cordon;
import dev.varve.agent.decide.Decision;
import dev.varve.agent.decide.HostTransaction;
import dev.varve.agent.decide.KernelArguments;
import dev.varve.agent.decide.Step;
import dev.varve.contract.Phase;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SupersededTest {
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final HostTransaction OURS = new HostTransaction("stage", true);
    private static final Step STAGE_B = new Step.Stage(Images.B, KernelArguments.NONE);
    private static final Step STAGE_C = new Step.Stage(Images.C, KernelArguments.NONE);
    private static final Step STAGED = new Step.Wait(Phase.Staged, "waits", Optional.empty());
    private static final Step FOLLOW = new Step.FollowTransaction(OURS);
    private static final Step CANCEL = new Step.CancelTransaction(OURS);
    private static final Step DRAIN = new Step.Drain(NOW, false, Optional.of(NOW));
    private static final Step LATE_DRAIN = new Step.Drain(NOW, false, Optional.empty());
    private static final Step FORCED_DRAIN = new Step.Drain(NOW, true, Optional.empty());
    private static final Step UNCORDON = new Step.Uncordon(Phase.Waiting, "withdrawn");
    private static final Step FINALIZE = new Step.Finalize(Images.B.requireDigest());

    static Stream<Arguments> pairs() {
        return Stream.of(
                arguments(STAGE_B, STAGE_B, true),
                arguments(STAGE_B, FOLLOW, true),
                arguments(STAGE_B, STAGED, true),
                arguments(STAGE_B, CANCEL, false),
                arguments(FOLLOW, STAGE_B, true),
                arguments(FOLLOW, CANCEL, false),
                arguments(CANCEL, CANCEL, false),
                arguments(DRAIN, DRAIN, true),
                arguments(DRAIN, LATE_DRAIN, true),
                arguments(DRAIN, FORCED_DRAIN, false),
                arguments(DRAIN, UNCORDON, false),
                arguments(DRAIN, FOLLOW, false),
                arguments(FINALIZE, UNCORDON, true));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void keepsOnlyWhatIsStillWanted(Step running, Step next, boolean kept) {
        assertThat(Superseded.keeps(running, new Decision(towards(Images.B), next))).isEqualTo(kept);
    }

    @ParameterizedTest
    @MethodSource("others")
    void aStageOfAnotherImageIsNot(Step next) {
        assertThat(Superseded.keeps(STAGE_B, new Decision(towards(Images.C), next))).isFalse();
    }

    static Stream<Step> others() {
        return Stream.of(STAGE_C, STAGED, UNCORDON, FOLLOW);
    }

    private static Attempt towards(dev.varve.contract.Pullspec image) {
        return new Attempt(
                Optional.of(image), Phase.Staging, "boot-1", Cordon.None, Optional.empty(), Optional.empty(), Optional.empty(), 0,
                Optional.empty(), Optional.empty(), List.of(), Optional.empty(), Optional.empty(), Optional.empty());
    }
}
