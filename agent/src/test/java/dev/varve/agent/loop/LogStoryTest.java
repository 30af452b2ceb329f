package dev.varve.agent.loop;

import static dev.varve.agent.Images.A;
import static dev.varve.agent.Images.B;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.agent.FakeHostOs;
import dev.varve.agent.FakeNodeApi;
import dev.varve.agent.credentials.HostCredentials;
import dev.varve.agent.host.HostOs;
import dev.varve.agent.state.AttemptFile;
import dev.varve.agent.state.JacksonJson;
import dev.varve.contract.DrainReport;
import dev.varve.contract.Keys;
import dev.varve.contract.MessageId;
import dev.varve.contract.Phase;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.MDC;

/** The log of an update, read as a story: each step once, with the phase it belongs to. */
class LogStoryTest {
    @TempDir
    Path directory;

    /** Kept: java.util.logging forgets a logger that nobody holds. */
    private final Logger logger = Logger.getLogger("dev.varve.agent");
    private final List<String> story = new CopyOnWriteArrayList<>();
    private final List<String> kinds = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord record) {
            story.add(phase + "| " + record.getMessage());
            kinds.add(MDC.get(MessageId.FIELD));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };
    private volatile Optional<Phase> phase = Optional.empty();

    @BeforeEach
    void listen() {
        logger.addHandler(handler);
    }

    @AfterEach
    void stopListening() {
        logger.removeHandler(handler);
    }

    @Test
    void anUpdateIsToldFromStageToDone() {
        var host = new FakeHostOs(A);
        var api = new FakeNodeApi();
        api.annotate(Keys.POLICY, "{\"health\":{\"soak\":\"0s\"}}");
        api.add(FakeNodeApi.pod("cart"));
        api.annotate(Keys.DESIRED_CONFIG, "rendered-b", Keys.DESIRED_IMAGE, B.toString(), Keys.STATE, "Working");
        life(host, api, () -> api.phase().equals("Rebooting"));
        host.reboot(true);
        api.ready(true, host.bootId());
        life(host, api, () -> story.getLast().startsWith("Optional[Idle]| Idle: runs") && api.events.contains("NodeDone"));

        assertThat(story).doesNotHaveDuplicates().containsSubsequence(
                "Optional.empty| The agent begins: the node runs " + A.abbreviated() + " in boot boot-1",
                "Optional[Staging]| Staging: stages " + B.abbreviated() + " while the node serves",
                "Optional[Cordoning]| Cordoning: takes the node out of service",
                "Optional[Draining]| Draining: evicts the node's pods",
                "Optional[Draining]| Draining: 1 pod has to go",
                "Optional[Draining]| Drained node to apply update",
                "Optional[Finalizing]| Finalizing: asks the host to reboot into " + B.requireDigest().abbreviated(),
                "Optional[Finalizing]| Node will reboot into " + B.requireDigest(),
                "Optional.empty| The agent begins: the node runs " + B.abbreviated() + " in boot boot-2, back from the reboot into it",
                "Optional[Idle]| Idle: runs " + B.abbreviated() + ", and it passed its checks",
                "Optional[Idle]| Uncordoned node: " + B.abbreviated() + " passed its checks",
                "Optional[Idle]| Node runs " + B + ", setting it to Done",
                "Optional[Idle]| Idle: runs " + B.abbreviated());
        assertThat(kinds).doesNotContainNull().containsSubsequence(Stream.of(
                        MessageId.BEGINS, MessageId.STEP, MessageId.STAGED, MessageId.CORDONED, MessageId.STEP,
                        MessageId.DRAINED, MessageId.REBOOTS, MessageId.BEGINS, MessageId.UNCORDONED, MessageId.DONE, MessageId.STEP)
                .map(MessageId::id).toList());
    }

    @Test
    void whatHoldsADrainIsSaidOncePerReasonAndAnewInTheNextDrain() {
        var drain = new DrainStory(new Say(_ -> {}));
        var held = new DrainReport.Blocker("shop", "web-1", Optional.of("web"), "needs 2 healthy pods", Instant.EPOCH);
        var alone = new DrainReport.Blocker("shop", "cart", Optional.empty(), "nobody would make it again", Instant.EPOCH);
        drain.told(new DrainReport(Instant.EPOCH, 2, 2, List.of()));
        drain.told(new DrainReport(Instant.EPOCH, 2, 2, List.of(held)));
        drain.told(new DrainReport(Instant.EPOCH, 2, 2, List.of(held, alone)));
        var countedAnew = new DrainReport.Blocker("shop", "web-1", Optional.of("web"), "needs 2 healthy pods and has 1", Instant.EPOCH);
        drain.told(new DrainReport(Instant.EPOCH, 2, 1, List.of(countedAnew)));
        drain.told(new DrainReport(Instant.EPOCH.plusSeconds(60), 1, 1, List.of(held)));
        assertThat(story).extracting(line -> line.substring(line.indexOf('|') + 2)).containsExactly(
                "Draining: 2 pods have to go",
                "Draining: shop/web-1 is held by disruption budget web: needs 2 healthy pods",
                "Draining: shop/cart does not go: nobody would make it again",
                "Draining: 1 pod has to go",
                "Draining: shop/web-1 is held by disruption budget web: needs 2 healthy pods");
        assertThat(kinds).containsExactlyElementsOf(
                Stream.of(MessageId.STEP, MessageId.HELD, MessageId.HELD, MessageId.STEP, MessageId.HELD).map(MessageId::id).toList());
    }

    /** One life of the agent, until something is so. */
    private void life(FakeHostOs host, FakeNodeApi api, java.util.concurrent.Callable<Boolean> end) {
        phase = Optional.empty();
        HostOs door = host.door();
        var json = new JacksonJson();
        var loop = new AgentLoop(new AgentLoop.Parts(
                api.door(), door, HostCredentials.NONE, new AttemptFile(directory, json), json, Clock.systemUTC(), new Random(1),
                "varve", "agent-1", situation -> phase = Optional.of(situation.phase())));
        loop.start();
        try {
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(end);
        } finally {
            loop.close();
            door.close();
        }
    }
}
