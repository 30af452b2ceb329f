package dev.varve.controller.kube.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.contract.Keys;
import dev.varve.controller.kube.JacksonJson;
import dev.varve.controller.kube.RecordedEvents;
import dev.varve.controller.kube.build.FakeApi;
import dev.varve.controller.kube.rollout.FreshNodes;
import dev.varve.controller.kube.rollout.PoolReader;
import dev.varve.controller.loop.PoolLoop.Result;
import dev.varve.controller.metrics.Metrics;
import dev.varve.controller.registry.FakeRegistry;
import dev.varve.controller.registry.RegistryAliases;
import dev.varve.controller.registry.RegistryClient;
import dev.varve.controller.registry.Repositories;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The loop over HTTP, against a fake API server and a fake registry: six images, of which two are kept for being new. Node n1
 * runs the newest, and could roll back to the third.
 */
class RetentionLoopTest {
    private static final String HOST = "registry.example.com";
    private static final String REPOSITORY = "shop/os-images";
    private static final String CONFIG = FakeApi.config("layered");
    private static final String POOL = FakeApi.pool("layered");
    private static final int IMAGES = 6;

    private final FakeApi api = new FakeApi();
    private final FakeRegistry registry = new FakeRegistry();
    private final HttpClient http = HttpClient.newHttpClient();
    private final RegistryAliases aliases = new RegistryAliases(Map.of(HOST, registry.base()));
    private final RecordedEvents events = new RecordedEvents();
    private final Metrics metrics = new Metrics();
    private final FreshNodes fresh = new FreshNodes();
    private final List<String> digests = new ArrayList<>();
    private boolean leads = true;
    private RetentionLoop loop = newLoop();
    private Instant now = Instant.parse("2026-11-25T10:00:00Z");

    private RetentionLoop newLoop() {
        return new RetentionLoop(api.client, api, new PoolReader(api, fresh, new JacksonJson()), fresh, new RetentionPass(
                api.client, "ns", new RegistryClient(http, aliases, "amd64"), new Repositories(http, aliases), events, metrics, () -> leads));
    }

    @BeforeEach
    void aPoolThatIsUpdated() {
        api.put(POOL, Map.of("apiVersion", Keys.GROUP + "/v1", "kind", "MachineConfigPool",
                "spec", Map.of(
                        "nodeSelector", Map.of("matchLabels", Map.of("role/layered", "")),
                        "configuration", Map.of("name", rendered(IMAGES))),
                "status", Map.of("conditions", List.of(Map.of("type", "Updated", "status", "True")))));
        api.put(FakeApi.policy("layered"), Map.of("apiVersion", "varve.dev/v1alpha1", "kind", "RolloutPolicy",
                "spec", Map.of("retention", Map.of("images", 2))));
        IntStream.rangeClosed(1, IMAGES).forEach(this::built);
        api.put(CONFIG, Map.of("apiVersion", Keys.GROUP + "/v1alpha1", "kind", "MachineOSConfig",
                "metadata", Map.of("annotations", Map.of(Keys.CURRENT_MACHINE_OS_BUILD, "build-6")),
                "spec", Map.of(
                        "machineConfigPool", Map.of("name", "layered"),
                        "buildInputs", Map.of("renderedImagePushSecret", Map.of("name", "push"))),
                "status", Map.of("observedGeneration", 1, "currentImagePullspec", image(6))));
        node("n1", 6, image(3));
    }

    @AfterEach
    void stop() {
        api.close();
        registry.close();
        http.close();
    }

    private static String rendered(int number) {
        return "rendered-layered-" + number;
    }

    private String image(int number) {
        return HOST + "/" + REPOSITORY + "@" + digests.get(number - 1);
    }

    private void built(int number) {
        digests.add(push(number, Keys.INPUTS_LABEL));
        api.put(FakeApi.build("build-" + number), Map.of("apiVersion", Keys.GROUP + "/v1alpha1", "kind", "MachineOSBuild",
                "metadata", Map.of("annotations", Map.of(Keys.BUILD_INPUTS, "0000000" + number, Keys.TARGET_POOL, "layered")),
                "spec", Map.of(
                        "desiredConfig", Map.of("name", rendered(number)),
                        "machineOSConfig", Map.of("name", "layered"),
                        "renderedImagePushspec", HOST + "/" + REPOSITORY + ":" + tag(number)),
                "status", Map.of(
                        "buildEnd", Instant.parse("2026-11-25T01:00:00Z").plusSeconds(60L * number).toString(),
                        "finalImagePullspec", image(number),
                        "conditions", List.of(Map.of("type", "Succeeded", "status", "True")))));
    }

    private String push(int number, String label) {
        String config = registry.put(REPOSITORY, "blobs",
                "{\"architecture\":\"amd64\",\"config\":{\"Labels\":{\"" + label + "\":\"" + number + "\"}}}");
        String digest = registry.put(REPOSITORY, "manifests", "{\"config\":{\"digest\":\"" + config + "\"}}");
        registry.tag(REPOSITORY, tag(number), digest);
        return digest;
    }

    private static String tag(int number) {
        return rendered(number) + "-0000000" + number;
    }

    private void node(String name, int image, String rollback) {
        var annotations = new LinkedHashMap<>(Map.of(
                Keys.DESIRED_IMAGE, image(image), Keys.DESIRED_CONFIG, rendered(image),
                Keys.CURRENT_IMAGE, image(image), Keys.CURRENT_CONFIG, rendered(image), Keys.STATE, "Done",
                Keys.ROLLBACK_IMAGE, rollback));
        api.put(FakeApi.node(name), Map.of("apiVersion", "v1", "kind", "Node",
                "metadata", Map.of("labels", Map.of("role/layered", "", Keys.POOL_LABEL, "layered"), "annotations", annotations),
                "status", Map.of("conditions", List.of(Map.of("type", "Ready", "status", "True")))));
    }

    private void annotate(String path, String key, String value) {
        String json = value == null ? "null" : "\"" + value + "\"";
        api.merge(path, "{\"metadata\":{\"annotations\":{\"" + key + "\":" + json + "}}}");
    }

    private Result turn() {
        return loop.turn("layered", now, List.of());
    }

    private List<Integer> inRegistry() {
        return inRegistry(IMAGES);
    }

    private List<Integer> inRegistry(int images) {
        return IntStream.rangeClosed(1, images)
                .filter(number -> registry.contents.containsKey("/v2/" + REPOSITORY + "/manifests/" + digests.get(number - 1)))
                .boxed().toList();
    }

    private List<Integer> builds() {
        return builds(IMAGES);
    }

    private List<Integer> builds(int images) {
        return IntStream.rangeClosed(1, images).filter(number -> !api.at(FakeApi.build("build-" + number)).isMissingNode()).boxed().toList();
    }

    private void nothingHappens() {
        turn();
        assertThat(inRegistry()).hasSize(IMAGES);
        assertThat(builds()).hasSize(IMAGES);
    }

    private List<String> deletions() {
        return registry.asked.stream().filter(asked -> asked.startsWith("DELETE")).toList();
    }

    @Test
    void whatNobodyNeedsGoesFromRegistryAndCluster() {
        turn();
        assertThat(inRegistry()).containsExactly(3, 5, 6);
        assertThat(builds()).containsExactly(3, 5, 6);
        assertThat(events.said).hasSize(3).first().asString()
                .startsWith("MachineOSConfig/layered ImageDeleted: Deleted " + image(1) + ": it is none of the newest 2 of pool layered");
        assertThat(metrics.text()).contains("varve_images_deleted_total{pool=\"layered\"} 3");
        registry.asked.clear();
        now = now.plus(Duration.ofHours(2));
        turn();
        assertThat(registry.asked).as("there is nothing left to ask").isEmpty();
    }

    @Test
    void aSignatureGoesWithItsImage() {
        String gone = signed(digests.get(0));
        String stays = signed(digests.get(5));
        turn();
        assertThat(inRegistry()).containsExactly(3, 5, 6);
        assertThat(registry.contents.keySet()).contains(stays).doesNotContain(gone);
    }

    /** As cosign does it. */
    private String signed(String digest) {
        String signature = registry.put(REPOSITORY, "manifests", "{\"layers\":[{\"annotations\":{\"of\":\"" + digest + "\"}}]}");
        registry.tag(REPOSITORY, digest.replace(':', '-') + ".sig", signature);
        return "/v2/" + REPOSITORY + "/manifests/" + signature;
    }

    @Test
    void nodesOfOtherPoolsAndOfNoneNeedTheirs() {
        api.put(FakeApi.node("n2"), Map.of("apiVersion", "v1", "kind", "Node", "metadata", Map.of("annotations", Map.of(
                Keys.ORIGIN_IMAGE, image(1), Keys.PREFETCH, image(2), Keys.REJECTED, "[\"" + digests.get(3) + "\"]"))));
        turn();
        assertThat(inRegistry()).containsExactly(1, 2, 3, 5, 6);
    }

    @Test
    void configsNeedWhatTheyAreBuiltFromAndWhatTheyHaveBuilt() {
        api.put(FakeApi.config("other"), Map.of("apiVersion", Keys.GROUP + "/v1alpha1", "kind", "MachineOSConfig",
                "spec", Map.of("machineConfigPool", Map.of("name", "other"), "buildInputs", Map.of("containerFile", List.of(
                        Map.of("content", "FROM " + image(1) + " AS tools\nFROM configs")))),
                "status", Map.of("currentImagePullspec", image(2))));
        api.put(FakeApi.machineConfig("base"), Map.of("apiVersion", Keys.GROUP + "/v1", "kind", "MachineConfig",
                "spec", Map.of("osImageURL", image(4))));
        nothingHappens();
    }

    @Test
    void nothingGoesBeforeThePoolIsUpdated() {
        api.merge(POOL, "{\"status\":{\"conditions\":[{\"type\":\"Updated\",\"status\":\"False\"}]}}");
        nothingHappens();
        assertThat(registry.asked).isEmpty();
        assertThat(turn().again()).isPresent();
    }

    @Test
    void nothingGoesWhileANodeIsElsewhereThoughThePoolsStatusIsBehind() {
        node("n2", 5, "");
        nothingHappens();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "garbage"})
    void aNodeThatHasNotSaidWhatItCouldRollBackToHoldsAllAndIsNamedOnce(String said) {
        annotate(FakeApi.node("n1"), Keys.ROLLBACK_IMAGE, said.isEmpty() ? null : said);
        nothingHappens();
        nothingHappens();
        assertThat(events.said).singleElement().asString().contains("ImageNotDeleted: no image of pool layered is deleted: n1 has not said");
        annotate(FakeApi.node("n1"), Keys.ROLLBACK_IMAGE, image(3));
        turn();
        assertThat(inRegistry()).containsExactly(3, 5, 6);
    }

    @Test
    void aNodeWithNothingToRollBackToHasSaidSo() {
        annotate(FakeApi.node("n1"), Keys.ROLLBACK_IMAGE, "");
        turn();
        assertThat(inRegistry()).containsExactly(5, 6);
    }

    @Test
    void anImageThatWasChosenAMomentAgoStaysThoughTheViewIsBehind() {
        api.freezeView();
        annotate(CONFIG, Keys.CURRENT_MACHINE_OS_BUILD, "build-1");
        turn();
        assertThat(inRegistry()).containsExactly(1, 3, 5, 6);
        api.merge(CONFIG, "{\"status\":{\"currentImagePullspec\":\"" + image(2) + "\"}}");
        now = now.plus(Duration.ofMinutes(1));
        turn();
        assertThat(inRegistry()).containsExactly(1, 3, 5, 6);
    }

    @Test
    void nothingGoesBeforeTheBuildLoopHasSeenAnEdit() {
        api.freezeView();
        api.merge(CONFIG, "{\"metadata\":{\"generation\":2}}");
        nothingHappens();
    }

    @Test
    void aTagOfSomebodyElseKeepsItsImage() {
        registry.tag(REPOSITORY, "production", digests.getFirst());
        String list = registry.put(REPOSITORY, "manifests", "{\"manifests\":[{\"digest\":\"" + digests.get(1) + "\"}]}");
        registry.tag(REPOSITORY, "all", list);
        turn();
        assertThat(inRegistry()).containsExactly(1, 2, 3, 5, 6);
        assertThat(builds()).containsExactly(1, 2, 3, 5, 6);
        assertThat(events.said).anyMatch(said -> said.contains("ImageNotDeleted: " + image(1) + " is not deleted: the tag production leads to it"));
        registry.asked.clear();
        now = now.plus(Duration.ofMinutes(5));
        turn();
        assertThat(registry.asked).as("it is not asked about them in each turn").isEmpty();
    }

    @Test
    void whatDoesNotCarryVarvesLabelStays() {
        digests.set(0, push(1, "somebody.else"));
        api.merge(FakeApi.build("build-1"), "{\"status\":{\"finalImagePullspec\":\"" + image(1) + "\"}}");
        turn();
        assertThat(inRegistry()).contains(1).doesNotContain(2, 4);
        assertThat(events.said).anyMatch(said -> said.contains("it has no label " + Keys.INPUTS_LABEL));
    }

    @Test
    void whatSomebodyElsePushedIsNeverAskedFor() {
        api.merge(FakeApi.build("build-1"), "{\"metadata\":{\"annotations\":{\"" + Keys.BUILD_INPUTS + "\":null}}}");
        api.merge(FakeApi.build("build-2"), "{\"status\":{\"finalImagePullspec\":\"" + HOST + "/shop/theirs@" + digests.get(1) + "\"}}");
        turn();
        assertThat(inRegistry()).containsExactly(1, 2, 3, 5, 6);
    }

    @Test
    void aRegistryThatRefusesIsToldOnceAndNotAskedInEachTurn() {
        registry.deletable = false;
        nothingHappens();
        nothingHappens();
        now = now.plus(Duration.ofHours(2));
        nothingHappens();
        assertThat(deletions()).hasSize(2);
        assertThat(events.said).singleElement().asString()
                .contains("ImageNotDeleted: images of pool layered that nobody needs stay in the registry, which refuses: delete " + image(1))
                .contains("answered 405").contains("let the secret push delete there");
        registry.deletable = true;
        now = now.plus(Duration.ofHours(2));
        turn();
        assertThat(inRegistry()).containsExactly(3, 5, 6);
    }

    @Test
    void aRegistryThatCannotBeAskedHasNotLostAnImage() {
        digests.forEach(digest -> registry.answers.put("/v2/" + REPOSITORY + "/manifests/" + digest, 503));
        nothingHappens();
        registry.answers.clear();
        registry.answers.put("/v2/" + REPOSITORY + "/tags/list", 503);
        now = now.plus(Duration.ofMinutes(11));
        nothingHappens();
        assertThat(deletions()).isEmpty();
        assertThat(events.said).isEmpty();
        registry.answers.clear();
        now = now.plus(Duration.ofMinutes(11));
        turn();
        assertThat(inRegistry()).containsExactly(3, 5, 6);
    }

    @Test
    void cutOffBetweenImageAndBuildItEndsTheSame() {
        registry.contents.remove("/v2/" + REPOSITORY + "/manifests/" + digests.getFirst());
        registry.contents.remove("/v2/" + REPOSITORY + "/manifests/" + tag(1));
        loop = newLoop();
        turn();
        assertThat(inRegistry()).containsExactly(3, 5, 6);
        assertThat(builds()).containsExactly(3, 5, 6);
    }

    @Test
    void whoDoesNotLeadAnyMoreDeletesNothing() {
        leads = false;
        nothingHappens();
    }

    @Test
    void aFewAtATime() {
        IntStream.rangeClosed(IMAGES + 1, 30).forEach(number -> {
            built(number);
            api.merge(FakeApi.build("build-" + number), "{\"status\":{\"buildEnd\":\"2026-11-25T00:00:00Z\"}}");
        });
        assertThat(turn().again()).contains(Duration.ofSeconds(10));
        assertThat(deletions()).hasSize(10);
        now = now.plusSeconds(4);
        assertThat(turn().again()).contains(Duration.ofSeconds(6));
        assertThat(deletions()).hasSize(10);
        for (int pass = 0; pass < 3; pass++) {
            now = now.plusSeconds(10);
            turn();
        }
        assertThat(deletions()).hasSize(27);
        assertThat(inRegistry()).containsExactly(3, 5, 6);
        assertThat(api.paths("/machineosbuilds/")).hasSize(3);
    }

    /** Some needed by nodes, some tagged by others, some not as they were pushed, some lost already: exactly the rest goes. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void exactlyWhatItShouldAmongTwoHundred(long seed) {
        var random = new Random(seed);
        Set<Integer> stay = new TreeSet<>(Set.of(3, 199, 200));
        IntStream.rangeClosed(IMAGES + 1, 200).forEach(this::built);
        api.merge(POOL, "{\"spec\":{\"configuration\":{\"name\":\"" + rendered(200) + "\"}}}");
        api.merge(CONFIG, "{\"status\":{\"currentImagePullspec\":\"" + image(200) + "\"}}");
        annotate(CONFIG, Keys.CURRENT_MACHINE_OS_BUILD, "build-200");
        node("n1", 200, image(3));
        for (int number : random.ints(4, 199).distinct().limit(60).toArray()) {
            switch (random.nextInt(5)) {
                case 0 -> node("other-" + number, 200, image(number));
                case 1 -> registry.tag(REPOSITORY, "of-somebody-" + number, digests.get(number - 1));
                case 2 -> api.put(FakeApi.config("config-" + number), Map.of("spec", Map.of("from", image(number))));
                case 3 -> {
                    registry.contents.remove("/v2/" + REPOSITORY + "/manifests/" + digests.get(number - 1));
                    continue;
                }
                default -> {
                    digests.set(number - 1, push(number, "somebody.else"));
                    api.merge(FakeApi.build("build-" + number), "{\"status\":{\"finalImagePullspec\":\"" + image(number) + "\"}}");
                }
            }
            stay.add(number);
        }
        for (int pass = 0; pass < 40; pass++) {
            turn();
            now = now.plusSeconds(11);
        }
        assertThat(inRegistry(200)).containsExactlyElementsOf(stay);
        assertThat(builds(200)).containsExactlyElementsOf(stay);
    }
}
