package dev.varve.sandbox.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.contract.Digest;
import dev.varve.contract.Names;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** What only the embedded registry has: faults, credentials that change, a bounded memory; and the client against it. */
class RegistryTest {
    private static final Credentials BUILDER = new Credentials("builder", "s3cret");
    private static final byte[] BLOB = "content".getBytes(StandardCharsets.UTF_8);
    private static final Digest DIGEST = new Digest("sha256:" + Names.sha256(BLOB));

    @Test
    void failsAsManyRequestsAsAsked() {
        try (Registry registry = Registry.start(0); RegistryClient client = client(registry)) {
            registry.failNext(2, 500);

            assertThatThrownBy(() -> client.hasBlob("a/b", DIGEST)).hasMessageContaining("500");
            assertThatThrownBy(() -> client.image("a/b", "latest")).hasMessageContaining("500");
            assertThat(client.hasBlob("a/b", DIGEST)).isFalse();
        }
    }

    @Test
    void asksForCredentialsAndTakesTheRightOnes() throws Exception {
        try (Registry registry = Registry.start(RegistryOptions.onPort(0).withCredentials(BUILDER));
                RegistryClient stranger = client(registry);
                RegistryClient known = new RegistryClient(registry.url(), Optional.of(BUILDER));
                HttpClient http = HttpClient.newHttpClient()) {
            assertThatThrownBy(() -> stranger.pushBlob("a/b", DIGEST, BLOB))
                    .asInstanceOf(InstanceOfAssertFactories.type(RegistryException.class))
                    .returns(401, RegistryException::status);
            assertThat(known.pushBlob("a/b", DIGEST, BLOB)).isTrue();
            var answer = http.send(HttpRequest.newBuilder(registry.url().resolve("/v2/")).build(), BodyHandlers.ofString());
            assertThat(answer.headers().firstValue("WWW-Authenticate").orElseThrow()).startsWith("Basic realm=");
            assertThat(answer.body()).contains("UNAUTHORIZED");

            registry.require(Optional.empty());

            assertThat(stranger.blob("a/b", DIGEST)).isEqualTo(BLOB);
        }
    }

    @Test
    void refusesWhatDoesNotFitIntoItsMemory() {
        try (Registry registry = Registry.start(RegistryOptions.onPort(0).withMaxUploadBytes(4)); RegistryClient client = client(registry)) {
            assertThatThrownBy(() -> client.pushBlob("a/b", DIGEST, BLOB)).hasMessageContaining("413 SIZE_INVALID");
            assertThat(client.hasBlob("a/b", DIGEST)).isFalse();
        }
    }

    @Test
    void pushesABlobOnce() {
        try (Registry registry = Registry.start(0); RegistryClient client = client(registry)) {
            assertThat(client.pushBlob("a/b", DIGEST, BLOB)).isTrue();
            assertThat(client.pushBlob("a/b", DIGEST, BLOB)).isFalse();
        }
    }

    @Test
    void saysThatAPortIsTaken() {
        try (Registry registry = Registry.start(0)) {
            int port = URI.create(registry.url().toString()).getPort();

            assertThatThrownBy(() -> Registry.start(port))
                    .isInstanceOf(RegistryException.class)
                    .hasMessageContaining("port " + port)
                    .hasMessageContaining("in use");
        }
    }

    @Test
    void saysThatARegistryDoesNotAnswer() {
        URI gone;
        try (Registry registry = Registry.start(0)) {
            gone = registry.url();
        }
        try (RegistryClient client = new RegistryClient(gone, Optional.empty())) {
            assertThatThrownBy(() -> client.image("a/b", "latest"))
                    .hasMessageStartingWith("get manifest a/b:latest: " + gone + " does not answer")
                    .asInstanceOf(InstanceOfAssertFactories.type(RegistryException.class))
                    .returns(RegistryException.NO_ANSWER, RegistryException::status);
        }
    }

    @Test
    void refusesANameThatIsNone() throws Exception {
        try (Registry registry = Registry.start(0); HttpClient http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(registry.url().resolve("/v2/Upper/Case/manifests/latest")).build();

            assertThat(http.send(request, BodyHandlers.ofString()).body()).contains("NAME_INVALID");
        }
    }

    private static RegistryClient client(Registry registry) {
        return new RegistryClient(registry.url(), Optional.empty());
    }
}
