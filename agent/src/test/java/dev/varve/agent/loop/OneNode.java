package dev.varve.agent.loop;

import static dev.varve.agent.Images.A;

import dev.varve.agent.FakeHostOs;
import dev.varve.agent.FakeNodeApi;
import dev.varve.agent.credentials.HostCredentials;
import dev.varve.agent.host.HostOs;
import dev.varve.agent.state.AttemptFile;
import dev.varve.agent.state.JacksonJson;
import dev.varve.contract.Keys;
import dev.varve.contract.Pullspec;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** A node with a real loop between a host and an API server in memory; both outlive the agent, as the state directory does. */
final class OneNode implements AutoCloseable {
    static final JacksonJson JSON = new JacksonJson();

    final FakeHostOs host = new FakeHostOs(A);
    final FakeNodeApi api = new FakeNodeApi();
    private final Path state;
    private final Clock clock;
    private Optional<AgentLoop> loop = Optional.empty();
    private Optional<HostOs> door = Optional.empty();

    /** @param policy of the pool, as JSON */
    OneNode(Path state, Clock clock, String policy) {
        this.state = state;
        this.clock = clock;
        api.annotate(Keys.POLICY, policy);
    }

    void startAgent() {
        startAgent(host.door());
    }

    void startAgent(HostOs with) {
        door = Optional.of(with);
        loop = Optional.of(new AgentLoop(new AgentLoop.Parts(
                api.door(), with, HostCredentials.NONE, new AttemptFile(state, JSON), JSON, clock, new Random(1), "varve", "agent-1",
                _ -> {})));
        loop.get().start();
    }

    /** Its host stays. */
    @Override
    public void close() {
        loop.ifPresent(AgentLoop::close);
        door.ifPresent(HostOs::close);
    }

    void grant(Pullspec image) {
        api.annotate(Keys.DESIRED_CONFIG, "rendered", Keys.DESIRED_IMAGE, image.toString(), Keys.PREFETCH, null, Keys.STATE, "Working");
    }

    String reason() {
        return api.annotation(Keys.REASON).orElse("");
    }

    boolean isDegraded() {
        return api.annotation(Keys.STATE).equals(Optional.of("Degraded"));
    }

    /** What makes a host go down. */
    List<String> reboots() {
        return host.calls.stream().filter(call -> call.startsWith("finalize") || call.startsWith("roll")).toList();
    }

    static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(10)).pollDelay(Duration.ZERO);
    }
}
