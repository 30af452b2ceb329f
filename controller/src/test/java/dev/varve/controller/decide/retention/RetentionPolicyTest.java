package dev.varve.controller.decide.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.contract.Digest;
import dev.varve.contract.Names;
import dev.varve.contract.Pullspec;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetentionPolicyTest {
    private static final String REPOSITORY = "registry.example.com/shop/os-images";
    private static final Instant T0 = Instant.parse("2026-11-25T10:00:00Z");

    private final RetentionPolicy policy = new RetentionPolicy();
    private final List<BuiltImage> images = new ArrayList<>();
    private final List<ImageUse> uses = new ArrayList<>();
    private final List<String> silent = new ArrayList<>();
    private int keep = 2;
    private boolean settled = true;

    private static Digest digest(String content) {
        return new Digest("sha256:" + Names.sha256(content.getBytes(StandardCharsets.UTF_8)));
    }

    private static BuiltImage built(String pool, String tag, String content, int minute) {
        return new BuiltImage(tag + "-builder", pool, Pullspec.parse(REPOSITORY + ":" + tag), digest(content), T0.plusSeconds(60L * minute));
    }

    private RetentionPolicyTest images(String... contents) {
        for (String content : contents) {
            images.add(built("a", content, content, images.size()));
        }
        return this;
    }

    private RetentionPolicyTest use(String content, String by) {
        uses.add(new ImageUse(digest(content), by));
        return this;
    }

    private Retention decide() {
        return policy.decide(new RetentionFacts("a", keep, settled, silent, images, uses));
    }

    private List<String> superfluous() {
        return decide().superfluous().stream().map(image -> image.builds().getFirst().replace("-builder", "")).toList();
    }

    private String reason(String content) {
        return decide().kept().getOrDefault(Pullspec.parse(REPOSITORY + "@" + digest(content)), "");
    }

    @Test
    void allButTheNewestGoTheOldestFirst() {
        images("1", "2", "3", "4");
        assertThat(superfluous()).containsExactly("1", "2");
        assertThat(reason("3")).isEqualTo("it is one of the newest 2 of pool a");
        assertThat(decide().held()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1,3", "2,2", "3,1", "4,0", "9,0"})
    void asManyStayAsThePolicySays(int wanted, int gone) {
        keep = wanted;
        assertThat(images("1", "2", "3", "4").superfluous()).hasSize(gone);
    }

    @Test
    void whatSomebodyNeedsStaysAndSaysForWhom() {
        images("1", "2", "3", "4").use("1", "node n1 could roll back to it");
        assertThat(superfluous()).containsExactly("2");
        assertThat(reason("1")).isEqualTo("node n1 could roll back to it");
    }

    @Test
    void oneThatIsNeededIsOneOfTheNewestIfItIsOne() {
        images("1", "2", "3", "4").use("4", "node n1 runs it");
        assertThat(superfluous()).containsExactly("1", "2");
    }

    /** Whichever of the two digests comes first. */
    @ParameterizedTest
    @CsvSource({"x,y", "y,x"})
    void ofTwoThatEndedInTheSameSecondTheOneInUseIsTheNewer(String used, String other) {
        keep = 1;
        images.add(built("a", "x", "x", 1));
        images.add(built("a", "y", "y", 1));
        use(used, "MachineOSConfig layered has it");
        assertThat(superfluous()).containsExactly(other);
    }

    @Test
    void itIsNewByItsLastBuildAndGoesWithAllOfThem() {
        images("1", "2", "3");
        images.add(built("a", "1again", "1", 10));
        assertThat(superfluous()).containsExactly("2");
        images("5", "6");
        images.add(built("a", "6again", "6", 20));
        images.add(built("a", "5again", "5", 21));
        assertThat(decide().superfluous()).extracting(Retention.Superfluous::builds)
                .containsExactly(List.of("1-builder", "1again-builder"), List.of("2-builder"), List.of("3-builder"));
    }

    @Test
    void twoBuildsOfOneImageCountAsOne() {
        images("1", "2", "3");
        images.add(built("a", "3again", "3", 10));
        assertThat(superfluous()).containsExactly("1");
    }

    @Test
    void oneDigestInTwoRepositoriesIsNeededInBoth() {
        images("1", "2", "3", "4").use("1", "node n1 runs it");
        images.add(new BuiltImage("moved", "a", Pullspec.parse("other.example.com/os:1"), digest("1"), T0));
        assertThat(superfluous()).containsExactly("2");
    }

    @Test
    void anotherPoolsImagesAreItsOwnAndOneOfBothStays() {
        images("1", "2", "3");
        images.add(built("b", "b1", "b1", 0));
        images.add(built("b", "b2", "1", 0));
        assertThat(superfluous()).isEmpty();
        assertThat(reason("1")).isEqualTo("pool b has built it, too");
    }

    @Test
    void nothingGoesInTheMidstOfARollout() {
        settled = false;
        assertThat(images("1", "2", "3").superfluous()).isEmpty();
        assertThat(reason("1")).contains("before all its nodes run its newest one");
    }

    @Test
    void nothingGoesWhileANodeHasNotSaidWhatItCouldRollBackTo() {
        silent.addAll(List.of("n9", "n5", "n7", "n1", "n3"));
        assertThat(images("1", "2", "3").superfluous()).isEmpty();
        assertThat(decide().held()).hasValueSatisfying(why -> assertThat(why)
                .startsWith("no image of pool a is deleted: n1, n3, n5 and 2 more have not said what could be rolled back to")
                .contains("when it is next updated"));
    }

    @Test
    void nobodyIsToldOfASilentNodeWhereNothingWouldGo() {
        silent.add("n1");
        images("1", "2");
        assertThat(decide().held()).isEmpty();
    }

    /** 200 images with shared digests, nodes, other pools: exactly those go that no rule keeps, and each by all its builds. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void exactlyWhatItShouldAmongTwoHundred(int seed) {
        var random = new Random(seed);
        keep = 1 + random.nextInt(6);
        IntStream.range(0, 200).forEach(i -> {
            String pool = random.nextInt(10) < 8 ? "a" : "b";
            // About one in five has the contents of another.
            images.add(built(pool, "t" + i, random.nextInt(5) == 0 ? "c" + random.nextInt(200) : "c" + i, i));
        });
        IntStream.range(0, 5 + random.nextInt(40)).forEach(i -> use("c" + random.nextInt(220), "node n" + i));
        Collections.shuffle(images, random);

        Retention plan = decide();

        Set<Digest> needed = uses.stream().map(ImageUse::digest).collect(Collectors.toCollection(HashSet::new));
        Set<Digest> newest = new HashSet<>();
        for (int minute = 199; minute >= 0 && newest.size() < keep; minute--) {
            Instant at = T0.plusSeconds(60L * minute);
            images.stream().filter(image -> image.pool().equals("a") && image.ended().equals(at)).forEach(image -> newest.add(image.digest()));
        }
        needed.addAll(newest);
        images.stream().filter(image -> image.pool().equals("b")).forEach(image -> needed.add(image.digest()));
        Set<String> expected = images.stream()
                .filter(image -> image.pool().equals("a") && !needed.contains(image.digest()))
                .map(BuiltImage::build)
                .collect(Collectors.toSet());
        assertThat(plan.superfluous().stream().flatMap(image -> image.builds().stream())).doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(expected);
        assertThat(plan.superfluous().stream().map(image -> image.image().requireDigest())).doesNotContainAnyElementsOf(needed);
        assertThat(plan.kept().size() + plan.superfluous().size())
                .isEqualTo(images.stream().filter(image -> image.pool().equals("a")).map(BuiltImage::image).distinct().count());
        assertThat(expected).as("the seed shows something").hasSizeGreaterThan(50);
    }
}
