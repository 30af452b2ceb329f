package dev.varve.controller.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.varve.contract.Digest;
import dev.varve.contract.Pullspec;
import dev.varve.controller.registry.FakeRegistry.SignIn;
import dev.varve.controller.registry.RegistryException.Kind;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RepositoriesTest {
    private static final String HOST = "registry.example.com";
    private static final Pullspec LATEST = Pullspec.parse(HOST + "/ns/os:latest");
    private static final DockerConfig LOGIN =
            DockerConfig.parse(("{\"auths\":{\"" + HOST + "\":{\"auth\":\"dXNlcjpwYXNz\"}}}").getBytes(StandardCharsets.UTF_8));

    private final FakeRegistry registry = new FakeRegistry();
    private final HttpClient http = HttpClient.newHttpClient();
    private final Repositories repositories = new Repositories(http, new RegistryAliases(Map.of(HOST, registry.base())));
    private String manifest;
    private Pullspec image;

    @BeforeEach
    void pushAnImage() {
        manifest = registry.put("ns/os", "manifests", "{\"config\":{}}");
        image = LATEST.withDigest(new Digest(manifest));
        for (String tag : new String[] {"a", "b", "c", "d", "latest"}) {
            registry.tag("ns/os", tag, manifest);
        }
    }

    @AfterEach
    void stop() {
        registry.close();
        http.close();
    }

    private Kind refusal() {
        return catchThrowableOfType(RegistryException.class, () -> repositories.delete(image, LOGIN)).kind();
    }

    @Test
    void listsTagsPageByPage() {
        assertThat(repositories.tags(LATEST, LOGIN)).containsExactly("a", "b", "c", "d", "latest");
        assertThat(registry.asked).hasSize(3);
    }

    @Test
    void aRepositoryThatIsNotThereHasNoTags() {
        registry.answers.put("/v2/ns/os/tags/list", 404);
        assertThat(repositories.tags(LATEST, LOGIN)).isEmpty();
    }

    @Test
    void aRepositoryThatHasLostItsLastTagHasNone() {
        registry.contents.clear();
        assertThat(repositories.tags(LATEST, LOGIN)).isEmpty();
    }

    @Test
    void aListOfTagsThatFailsIsNoEmptyOne() {
        registry.answers.put("/v2/ns/os/tags/list", 503);
        var failure = catchThrowableOfType(RegistryException.class, () -> repositories.tags(LATEST, LOGIN));
        assertThat(failure.kind()).isEqualTo(Kind.Busy);
        assertThat(failure.sentence()).startsWith("list the tags beside " + LATEST + ": 127.0.0.1:");
    }

    @Test
    void behindATagIsItsManifestAndWhatAListHolds() {
        assertThat(repositories.behind(LATEST, List.of("b"), LOGIN)).isEqualTo(Map.of(new Digest(manifest), "b"));
        String list = registry.put("ns/os", "manifests", "{\"manifests\":[{\"digest\":\"" + manifest + "\"}]}");
        registry.tag("ns/os", "all", list);
        assertThat(repositories.behind(LATEST, List.of("none", "all"), LOGIN))
                .isEqualTo(Map.of(new Digest(list), "all", new Digest(manifest), "all"));
        assertThat(repositories.behind(LATEST, List.of("none"), LOGIN)).isEmpty();
    }

    @Test
    void signsInOnceForManyTagsAndAgainWhenATokenHasRunOut() {
        registry.signIn = SignIn.Bearer;
        registry.tokenLasts = 3;
        assertThat(repositories.behind(LATEST, List.of("a", "b", "c", "d"), LOGIN)).isEqualTo(Map.of(new Digest(manifest), "d"));
        assertThat(registry.asked).filteredOn(asked -> asked.endsWith("/token")).hasSize(2);
    }

    @Test
    void deletesAManifestWithItsTagsOnce() {
        assertThat(repositories.delete(image, LOGIN)).isTrue();
        assertThat(repositories.tags(LATEST, LOGIN)).isEmpty();
        assertThat(repositories.delete(image, LOGIN)).isFalse();
    }

    @Test
    void asksForTheRightToDelete() {
        registry.signIn = SignIn.Bearer;
        registry.scope = "";
        assertThat(repositories.delete(image, LOGIN)).isTrue();
        assertThat(registry.seen).contains("query service=reg&scope=repository:ns/os:delete");
    }

    @ParameterizedTest
    @CsvSource({"401,Unauthorized", "403,Unauthorized", "405,Unsupported", "500,Busy", "400,Invalid"})
    void refusalsAreSorted(int code, Kind kind) {
        registry.answers.put("/v2/ns/os/manifests/" + manifest, code);
        assertThat(refusal()).isEqualTo(kind);
    }

    @Test
    void aRedirectOfADeletionIsNotFollowed() {
        registry.redirects.put("/v2/ns/os/manifests/" + manifest, registry.base() + "/v2/ns/os/manifests/" + manifest);
        assertThat(refusal()).isEqualTo(Kind.Invalid);
        assertThat(registry.asked).hasSize(1);
    }
}
