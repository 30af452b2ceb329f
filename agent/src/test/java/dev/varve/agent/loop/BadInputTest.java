package dev.varve.agent.loop;

import static dev.varve.agent.Images.B;
import static dev.varve.agent.loop.OneNode.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.agent.FakeNodeApi;
import dev.varve.contract.Keys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Garbage where the agent reads: a sentence on the Node, and nothing happens to it. */
class BadInputTest {
    private static final String QUICK = "{\"health\":{\"soak\":\"0s\"}}";
    private static final String DIGEST = "sha256:" + "b".repeat(64);
    private static final String HUGE = "x".repeat(200_000);

    private static final List<String> NO_PULLSPECS = List.of(
            "os", "registry.example/os", "registry.example/os:latest", "registry.example/os@sha256:bbb",
            "registry.example/os@sha256:" + "b".repeat(63), "registry.example/os@sha256:" + "B".repeat(64),
            "registry.example/os@sha512:" + "b".repeat(128), "registry.example/os@" + DIGEST + "b", "registry.example/os@@" + DIGEST,
            "registry.example/OS@" + DIGEST, "registry.example//os@" + DIGEST, "-o/os@" + DIGEST, "registry.example/../os@" + DIGEST,
            "registry.example/os$(reboot)@" + DIGEST, "registry.example/os;reboot@" + DIGEST, "registry.example/`id`@" + DIGEST,
            "registry.example/os@" + DIGEST + "\n--force", "registry.example/os @" + DIGEST, "registry.example/os|tee@" + DIGEST,
            "ostree-unverified-registry:registry.example/os@" + DIGEST, "https://registry.example/os@" + DIGEST,
            "registry.example/os\u0000@" + DIGEST, "registry.example/\u00f6s@" + DIGEST, "\ud83d\udca5", "{}", "null", " ", HUGE);

    private static final List<String> NOT_JSON = List.of(
            "{", "[", "}", "nul", "quiet", "'quiet'", "[\"a\"] x", "\u0000", "\ud83d\udca5", "[".repeat(100_000), HUGE, "\"", "{\"drain\":}");

    private static final List<String> NO_ARGUMENTS = List.of(
            "{}", "1", "true", "\"quiet\"", "[1]", "[[\"a\"]]", "[{\"a\":1}]", "[\"a\",2]", "[\"a\\nb\"]", "[\"a\\u0000\"]");

    private static final List<String> NO_POLICIES = List.of(
            "[]", "1", "\"x\"", "{\"drain\":1}", "{\"drain\":{\"timeout\":5}}", "{\"drain\":{\"timeout\":\"soon\"}}",
            "{\"drain\":{\"timeout\":\"-1h\"}}", "{\"drain\":{\"timeout\":\"999999999999999999999h\"}}",
            "{\"drain\":{\"timeout\":\"2000000000000h\"}}", "{\"drain\":{\"onTimeout\":\"Explode\"}}", "{\"drain\":{\"onTimeout\":[]}}",
            "{\"drain\":{\"podSelector\":\"a=b\"}}", "{\"drain\":{\"podSelector\":{\"a\":1}}}", "{\"drain\":{\"skipNamespaces\":\"x\"}}",
            "{\"drain\":{\"skipNamespaces\":[1]}}", "{\"health\":[]}", "{\"health\":{\"soak\":\"1\"}}", "{\"boot\":{\"timeout\":{}}}",
            "{\"boot\":{\"timeout\":\"2000000000000h\"}}", "{\"failure\":{\"retry\":{\"factor\":0}}}",
            "{\"failure\":{\"retry\":{\"factor\":1.5}}}", "{\"failure\":{\"retry\":{\"attempts\":-1}}}",
            "{\"failure\":{\"retry\":{\"attempts\":1e400}}}", "{\"failure\":{\"retry\":{\"attempts\":99999999999}}}");

    @TempDir
    Path directory;

    private OneNode node;

    @AfterEach
    void end() {
        node.close();
    }

    static Stream<Arguments> garbage() {
        return Map.of(
                Keys.PREFETCH, List.of(NO_PULLSPECS),
                Keys.DESIRED_IMAGE, List.of(NO_PULLSPECS),
                Keys.KERNEL_ARGUMENTS, List.of(NOT_JSON, NO_ARGUMENTS),
                Keys.POLICY, List.of(NOT_JSON, NO_POLICIES)).entrySet().stream()
                .flatMap(key -> key.getValue().stream().flatMap(List::stream).map(value -> Arguments.of(key.getKey(), value)));
    }

    /** Where nothing else is wrong, the node would be on its way down. */
    @ParameterizedTest(name = "[{index}] {0}")
    @MethodSource("garbage")
    void aWishThatCannotBeReadIsNamedAndNotActedOn(String key, String value) {
        node = new OneNode(directory, Clock.systemUTC(), QUICK);
        node.grant(B);
        node.api.annotate(key, value);
        node.startAgent();
        await().until(node::isDegraded);
        assertThat(node.reason())
                .startsWith("the node's annotations cannot be read: " + key)
                .endsWith("; nothing is done until they are mended")
                .hasSizeLessThan(Keys.MAX_REASON)
                .doesNotContainPattern("\\p{Cntrl}");
        assertThat(node.host.calls).isEmpty();
        assertThat(node.api.unschedulable()).isFalse();
    }

    @Test
    void whatWeWroteOurselvesMayBeGarbageToo() {
        node = new OneNode(directory, Clock.systemUTC(), QUICK);
        for (String key : List.of(Keys.STATE, Keys.PHASE, Keys.CURRENT_IMAGE, Keys.STAGED, Keys.ORIGIN_IMAGE, Keys.FAILURE, Keys.DRAIN,
                Keys.REJECTED, Keys.HELD_CORDON, Keys.PROGRESS, Keys.BOOT_ID, Keys.REASON)) {
            node.api.annotate(key, "{\"\ud83d\udca5\":[");
        }
        node.api.add(FakeNodeApi.pod("cart"));
        node.grant(B);
        node.startAgent();
        await().until(() -> node.api.phase().equals("Rebooting"));
        node.close();
        node.host.reboot(true);
        node.api.ready(true, node.host.bootId());
        node.startAgent();
        await().until(() -> node.api.annotation(Keys.STATE).filter("Done"::equals).isPresent());
        assertThat(node.reason()).isEmpty();
    }

    static Stream<Arguments> damaged() {
        return IntStream.range(0, 24).mapToObj(part -> Arguments.of(part, part % 2 == 0));
    }

    /** Everything is prepared for a reboot but the grant: an attempt that is half read must not bring it about. */
    @ParameterizedTest(name = "at part {0}, cut {1}")
    @MethodSource("damaged")
    void aDamagedAttemptIsSetAsideAndTheFactsDecide(int part, boolean cut) throws Exception {
        byte[] whole = attemptOnItsWayDown();
        int at = whole.length * part / 24;
        byte[] damaged = cut ? Arrays.copyOf(whole, at) : whole.clone();
        if (!cut) {
            damaged[at] ^= 1;
        }
        node = new OneNode(directory, Clock.systemUTC(), QUICK);
        node.host.finishPull(B);
        node.api.annotate(Keys.PREFETCH, B.toString());
        Files.write(directory.resolve("attempt.json"), damaged);
        node.startAgent();
        await().until(() -> node.api.annotation(Keys.STAGED).isPresent());
        assertThat(node.api.events).contains("AttemptLost");
        assertThat(directory.resolve("attempt.json.unreadable")).hasBinaryContent(damaged);
        assertThat(node.reboots()).isEmpty();
        assertThat(node.api.unschedulable()).isFalse();
    }

    private byte[] attemptOnItsWayDown() throws Exception {
        try (OneNode before = new OneNode(directory, Clock.systemUTC(), QUICK)) {
            before.grant(B);
            before.startAgent();
            await().until(() -> before.api.phase().equals("Rebooting"));
        }
        byte[] whole = Files.readAllBytes(directory.resolve("attempt.json"));
        assertThat(Files.readString(directory.resolve("attempt.json"))).contains("\"finalization\"");
        return whole;
    }
}
