package dev.varve.agent;

import static dev.varve.agent.Images.A;
import static dev.varve.agent.Images.B;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.agent.state.AttemptFile;
import dev.varve.agent.state.JacksonJson;
import dev.varve.contract.Keys;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AgentTest {
    @TempDir
    Path directory;

    private final FakeHostOs host = new FakeHostOs(A);
    private final FakeNodeApi api = new FakeNodeApi();

    @Test
    void oneThatIsToldToEndBeforeItBeganDoesNothing() {
        api.annotate(Keys.PREFETCH, B.toString());
        Agent agent = agent();
        agent.close();
        agent.start();
        await().during(Duration.ofMillis(200)).until(() -> api.patches.isEmpty() && host.calls.isEmpty());
        assertThat(agent.stuck(Duration.ofDays(1))).isTrue();
        agent.close();
    }

    @Test
    void oneThatIsNotDoesWhatItIsThereFor() {
        api.annotate(Keys.PREFETCH, B.toString());
        try (Agent agent = agent()) {
            agent.start();
            await().until(() -> api.annotation(Keys.STAGED).filter(B.toString()::equals).isPresent());
            assertThat(agent.stuck(Duration.ofDays(1))).isFalse();
        }
    }

    private Agent agent() {
        var config = new AgentConfig("worker-1", "varve", "agent-1", directory);
        return new Agent(config, new Reach(api.door(), host.door(), new AttemptFile(directory, new JacksonJson())), Clock.systemUTC());
    }
}
