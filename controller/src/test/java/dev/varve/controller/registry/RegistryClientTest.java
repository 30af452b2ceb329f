package dev.varve.controller.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.varve.contract.Digest;
import dev.varve.contract.Pullspec;
import dev.varve.controller.registry.FakeRegistry.SignIn;
import dev.varve.controller.registry.RegistryException.Kind;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistryClientTest {
    private static final String HOST = "image-registry.openshift-image-registry.svc:5000";
    private static final String REPOSITORY = "ns/os";
    private static final Pullspec LATEST = Pullspec.parse(HOST + "/" + REPOSITORY + ":latest");

    private final FakeRegistry registry = new FakeRegistry();
    private final HttpClient http = HttpClient.newHttpClient();
    private RegistryClient client;
    private String manifest;
    private String config;

    @BeforeEach
    void pushAnImage() {
        client = new RegistryClient(http, new RegistryAliases(Map.of(HOST, registry.base())), "amd64");
        config = registry.put(REPOSITORY, "blobs", "{\"architecture\":\"amd64\",\"config\":{\"Labels\":{\"ostree.bootable\":\"1\"}}}");
        manifest = registry.put(REPOSITORY, "manifests", "{\"config\":{\"digest\":\"" + config + "\"}}");
        registry.tag(REPOSITORY, "latest", manifest);
    }

    @AfterEach
    void stop() {
        registry.close();
        http.close();
    }

    private static DockerConfig login(String host, String user, String password) {
        String auth = Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        return DockerConfig.parse(("{\"auths\":{\"" + host + "\":{\"auth\":\"" + auth + "\"}}}").getBytes(StandardCharsets.UTF_8));
    }

    private RegistryException failure(Pullspec image, DockerConfig login) {
        return catchThrowableOfType(RegistryException.class, () -> client.inspect(image, login));
    }

    @Test
    void findsATagThroughAnAlias() {
        assertThat(client.inspect(LATEST, DockerConfig.NONE))
                .isEqualTo(new Inspection.Found(new Digest(manifest), "amd64", Map.of("ostree.bootable", "1")));
    }

    @Test
    void saysNotFoundOnlyWhereTheRegistrySaysSo() {
        assertThat(client.inspect(LATEST.withTag("none"), DockerConfig.NONE)).isEqualTo(new Inspection.NotFound());
        assertThat(client.inspect(LATEST.withDigest(new Digest("sha256:" + "0".repeat(64))), DockerConfig.NONE))
                .isEqualTo(new Inspection.NotFound());
    }

    @Test
    void picksTheNodeArchitectureFromAList() {
        String list = registry.put(REPOSITORY, "manifests", "{\"manifests\":[{\"digest\":\"sha256:" + "a".repeat(64)
                + "\",\"platform\":{\"architecture\":\"arm64\",\"os\":\"linux\"}},{\"digest\":\"" + manifest
                + "\",\"platform\":{\"architecture\":\"amd64\",\"os\":\"linux\"}}]}");
        assertThat(((Inspection.Found) client.inspect(LATEST.withDigest(new Digest(list)), DockerConfig.NONE)).digest()).hasToString(manifest);
        String other = registry.put(REPOSITORY, "manifests", "{\"manifests\":[]}");
        assertThat(failure(LATEST.withDigest(new Digest(other)), DockerConfig.NONE).kind()).isEqualTo(Kind.Missing);
    }

    @Test
    void signsInWithAPassword() {
        registry.signIn = SignIn.Basic;
        assertThat(client.inspect(LATEST, login(HOST, "user", "pass"))).isInstanceOf(Inspection.Found.class);
    }

    @Test
    void fetchesATokenOnceForAllRequests() {
        registry.signIn = SignIn.Bearer;
        assertThat(client.inspect(LATEST, login(HOST, "user", "pass"))).isInstanceOf(Inspection.Found.class);
        assertThat(registry.seen).filteredOn(line -> line.startsWith("/token")).hasSize(1);
        assertThat(registry.seen).contains("query service=reg&scope=repository:ns/os:pull");
    }

    @ParameterizedTest
    @CsvSource({"Basic,wrong", "Bearer,wrong"})
    void aWrongPasswordIsUnauthorizedAndNeverShown(SignIn signIn, String password) {
        registry.signIn = signIn;
        RegistryException failure = failure(LATEST, login(HOST, "user", password));
        assertThat(failure.kind()).isEqualTo(Kind.Unauthorized);
        assertThat(failure.sentence()).contains(LATEST.toString()).contains("user or password is wrong").doesNotContain(password + ":");
    }

    @Test
    void aMissingPasswordSaysForWhichHost() {
        registry.signIn = SignIn.Basic;
        assertThat(failure(LATEST, login("other.example", "user", "pass")).sentence())
                .endsWith("the registry wants a password and the secret has none for " + HOST);
    }

    @ParameterizedTest
    @CsvSource({"500,Busy", "503,Busy", "429,Busy", "403,Unauthorized", "418,Invalid"})
    void answersAreSorted(int code, Kind kind) {
        registry.answers.put("/v2/ns/os/manifests/latest", code);
        assertThat(failure(LATEST, login(HOST, "user", "pass")).kind()).isEqualTo(kind);
    }

    @Test
    void noConnectionIsUnreachableNotMissing() {
        registry.close();
        assertThat(failure(LATEST, DockerConfig.NONE).kind()).isEqualTo(Kind.Unreachable);
        assertThat(failure(LATEST, DockerConfig.NONE).sentence()).endsWith(": the connection is refused");
        Pullspec nowhere = Pullspec.parse("registry.invalid/os:1");
        assertThat(failure(nowhere, DockerConfig.NONE).sentence()).endsWith("cannot ask registry.invalid: its name has no address");
    }

    @Test
    void swappedContentsAreRefused() {
        registry.contents.put("/v2/ns/os/manifests/" + manifest, "{}".getBytes(StandardCharsets.UTF_8));
        assertThat(failure(LATEST.withDigest(new Digest(manifest)), DockerConfig.NONE).sentence()).contains("was given contents of");
        registry.contents.put("/v2/ns/os/blobs/" + config, "{}".getBytes(StandardCharsets.UTF_8));
        assertThat(failure(LATEST, DockerConfig.NONE).kind()).isEqualTo(Kind.Invalid);
    }

    @Test
    void aBlobThatIsNotThereIsAnErrorNotAMissingImage() {
        registry.contents.remove("/v2/ns/os/blobs/" + config);
        assertThat(failure(LATEST, DockerConfig.NONE).kind()).isEqualTo(Kind.Missing);
    }

    @Test
    void redirectsToAnotherHostGoWithoutThePassword() {
        registry.signIn = SignIn.Basic;
        registry.contents.put("/cdn/config", registry.contents.remove("/v2/ns/os/blobs/" + config));
        registry.redirects.put("/v2/ns/os/blobs/" + config, registry.base().toString().replace("127.0.0.1", "localhost") + "/cdn/config");
        assertThat(client.inspect(LATEST, login(HOST, "user", "pass"))).isInstanceOf(Inspection.Found.class);
        assertThat(registry.seen).contains("/cdn/config null");
    }

    @Test
    void plainHttpIsForThisMachineAlone() {
        assertThatThrownBy(() -> new RegistryAliases(Map.of("a", URI.create("http://10.0.0.1:5000"))))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("want https://");
    }

    @ParameterizedTest
    @CsvSource({"quay.io,true", "https://quay.io/v1/,true", "quay.io/org,true", "quay.io/org/os,true", "quay.io/other,false", "docker.io,false"})
    void credentialsAreChosenByTheLongestPrefix(String key, boolean matches) {
        assertThat(login(key, "u", "p").loginFor(Pullspec.parse("quay.io/org/os:1")).isPresent()).isEqualTo(matches);
    }

    @Test
    void readsTheOlderShapeAndRefusesWhatIsNone() {
        var older = DockerConfig.parse("{\"quay.io\":{\"username\":\"u\",\"password\":\"p\"}}".getBytes(StandardCharsets.UTF_8));
        assertThat(older.loginFor(Pullspec.parse("quay.io/a:1"))).isPresent().get().asString().doesNotContain("password", "p]");
        assertThatThrownBy(() -> DockerConfig.parse("s3cret".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageNotContaining("s3cret");
    }
}
