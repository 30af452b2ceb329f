package dev.varve.agent.loop;

import static dev.varve.agent.Images.A;
import static dev.varve.agent.Images.B;
import static dev.varve.agent.Images.C;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.agent.FakeHostOs;
import dev.varve.agent.FakeNodeApi;
import dev.varve.agent.decide.HostTransaction;
import dev.varve.agent.host.HostException;
import dev.varve.agent.host.HostOs;
import dev.varve.agent.state.AttemptFile;
import dev.varve.agent.state.JacksonJson;
import dev.varve.contract.DrainReport;
import dev.varve.contract.Failure;
import dev.varve.contract.Keys;
import dev.varve.contract.Pullspec;
import dev.varve.contract.Tree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentLoopTest {
    private static final String QUICK =
            "{\"health\":{\"soak\":\"0s\"},\"failure\":{\"retry\":{\"initial\":\"20ms\",\"cap\":\"100ms\"}}}";
    private static final JacksonJson JSON = new JacksonJson();

    @TempDir
    Path directory;

    private final FakeHostOs host = new FakeHostOs(A);
    private final FakeNodeApi api = new FakeNodeApi();
    private AgentLoop loop;
    private HostOs door;

    @BeforeEach
    void begin() {
        api.annotate(Keys.POLICY, QUICK);
        startAgent();
    }

    @AfterEach
    void stopAgent() {
        loop.close();
        door.close();
    }

    @Test
    void carriesANodeToItsImageAndReportsDone() {
        api.add(FakeNodeApi.pod("cart"));
        api.annotate(Keys.PREFETCH, B.toString(), Keys.STATE, "Working");
        awaitAnnotation(Keys.STAGED, B.toString());
        assertThat(api.unschedulable()).isFalse();
        assertThat(api.annotation(Keys.ORIGIN_IMAGE)).contains(A.toString());

        grant(B, "rendered-b");
        await().until(() -> api.phase().equals("Rebooting"));
        assertThat(api.unschedulable()).isTrue();
        assertThat(api.podsLeft()).isZero();

        reboot();
        awaitDone(B);
        assertThat(api.unschedulable()).isFalse();
        assertThat(api.annotation(Keys.CURRENT_CONFIG)).contains("rendered-b");
        assertThat(api.annotation(Keys.BOOT_ID)).contains("boot-2");
        assertThat(api.annotation(Keys.STAGED)).isEmpty();
        await().until(() -> api.events.contains("NodeDone"));
        assertThat(api.events).containsExactly("OSUpdateStaged", "Cordon", "Drain", "Reboot", "Uncordon", "NodeDone");
        assertThat(host.calls).containsExactly("stage " + B.abbreviated(), "finalize " + B.requireDigest().abbreviated());
    }

    private void startAgent() {
        door = host.door();
        loop = new AgentLoop(new AgentLoop.Parts(
                api.door(), door, new AttemptFile(directory, JSON), JSON, Clock.systemUTC(), new Random(1), "varve", "agent-1"));
        loop.start();
    }

    private void restartAgent() {
        stopAgent();
        startAgent();
    }

    private void grant(Pullspec image, String config) {
        api.annotate(Keys.DESIRED_CONFIG, config, Keys.DESIRED_IMAGE, image.toString(), Keys.PREFETCH, null, Keys.STATE, "Working");
    }

    /** The kubelet kills the agent, the host goes through its shutdown, and the next boot starts a new one. */
    private void reboot() {
        stopAgent();
        host.reboot(true);
        api.ready(true, host.bootId());
        startAgent();
    }

    private void awaitAnnotation(String key, String value) {
        await().until(() -> api.annotation(key).equals(Optional.of(value)));
    }

    private void awaitDone(Pullspec image) {
        await().until(() -> api.annotation(Keys.STATE).equals(Optional.of("Done"))
                && api.annotation(Keys.CURRENT_IMAGE).equals(Optional.of(image.toString())));
    }
}
