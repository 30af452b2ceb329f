package dev.varve.agent.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.agent.decide.Attempt;
import dev.varve.agent.decide.Attempts;
import dev.varve.agent.decide.Finalization;
import dev.varve.agent.decide.Step;
import dev.varve.agent.host.HostException;
import dev.varve.contract.AgentPolicy;
import dev.varve.contract.Phase;
import dev.varve.contract.Pullspec;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the end of a finalization means: the host may go down before it has answered. */
class OutcomesTest {
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final Pullspec IMAGE = Pullspec.parse("quay.io/o/os@sha256:" + "b".repeat(64));
    private static final Step FINALIZE = new Step.Finalize(IMAGE.requireDigest());

    private final Outcomes outcomes = new Outcomes(Clock.fixed(NOW, ZoneOffset.UTC), new Random(1));
    private final Attempt asked = Attempts.asking(new Finalization(IMAGE, List.of(), "boot-1", NOW.minusSeconds(1), false, false));

    @Test
    void aHostThatIsAlreadyRebootingHasAgreed() {
        Attempt after = failed(new HostException("FinalizeDeployment", "", "Reboot initiated, cannot start new transaction"));
        assertThat(after.finalization()).hasValueSatisfying(f -> assertThat(f.accepted()).isTrue());
        assertThat(after.trouble()).isEmpty();
    }

    @Test
    void anEndThatWasNotHeardIsNoFailure() {
        String gone = "org.freedesktop.DBus.Error.Disconnected";
        assertThat(failed(new HostException("FinalizeDeployment", gone, "rpm-ostree went away before the end was heard"))).isEqualTo(asked);
    }

    @Test
    void aRefusalIsReportedAndAskedAgain() {
        Attempt after = failed(new HostException("FinalizeDeployment", "", "Reboot blocked by a systemd inhibitor lock"));
        assertThat(after.trouble()).hasValueSatisfying(t -> {
            assertThat(t.phase()).isEqualTo(Phase.Finalizing);
            assertThat(t.sentence()).contains("inhibitor lock").contains("asked again");
        });
    }

    private Attempt failed(HostException failure) {
        return outcomes.failed(asked, FINALIZE, failure, AgentPolicy.Retry.DEFAULT);
    }
}
