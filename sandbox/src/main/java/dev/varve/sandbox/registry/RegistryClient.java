package dev.varve.sandbox.registry;

import dev.varve.contract.Digest;
import dev.varve.contract.Names;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * The client side of the distribution API, as far as pulling and pushing one image needs it. Every digest is checked on
 * this side as well. Nothing is retried here.
 */
public final class RegistryClient implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    // A registry that hangs must not hang a build for ever.
    private static final Duration ANSWER = Duration.ofSeconds(30);

    private final HttpClient http;
    private final URI base;
    private final Optional<Credentials> credentials;

    /** @param base without {@code /v2} */
    public RegistryClient(URI base, Optional<Credentials> credentials) {
        this(base, credentials, Optional.empty());
    }

    /** @param trust in whom the registry's certificate must be signed by; empty for those that Java trusts */
    public RegistryClient(URI base, Optional<Credentials> credentials, Optional<SSLContext> trust) {
        this.base = base;
        this.credentials = credentials;
        HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(CONNECT).version(HttpClient.Version.HTTP_1_1);
        trust.ifPresent(builder::sslContext);
        this.http = builder.build();
    }

    /** @param reference tag or digest */
    public Image image(String repository, String reference) {
        String object = repository + (reference.contains(":") ? "@" : ":") + reference;
        HttpRequest.Builder request = request("/v2/" + repository + "/manifests/" + reference)
                .header("Accept", String.join(", ", MediaTypes.MANIFESTS));
        HttpResponse<byte[]> answer = expect(200, "get manifest", object, request.GET());
        var digest = new Digest("sha256:" + Names.sha256(answer.body()));
        if (reference.contains(":") && !digest.value().equals(reference)) {
            throw new RegistryException("get manifest", object, answer.statusCode(), "the content is " + digest);
        }
        return new Image(answer.headers().firstValue("Content-Type").orElse(MediaTypes.MANIFEST), digest, answer.body());
    }

    public byte[] blob(String repository, Digest digest) {
        String object = repository + "@" + digest;
        HttpResponse<byte[]> answer = expect(200, "get blob", object, request("/v2/" + repository + "/blobs/" + digest).GET());
        if (!Names.sha256(answer.body()).equals(digest.hex())) {
            throw new RegistryException("get blob", object, answer.statusCode(), "the content is another than its digest says");
        }
        return answer.body();
    }

    public boolean hasBlob(String repository, Digest digest) {
        HttpRequest.Builder head = request("/v2/" + repository + "/blobs/" + digest)
                .method("HEAD", HttpRequest.BodyPublishers.noBody());
        HttpResponse<byte[]> answer = send("head blob", repository + "@" + digest, head);
        if (answer.statusCode() != 200 && answer.statusCode() != 404) {
            throw refused("head blob", repository + "@" + digest, answer);
        }
        return answer.statusCode() == 200;
    }

    /** Uploads in one piece unless the blob is there. @return whether it had to be uploaded */
    public boolean pushBlob(String repository, Digest digest, byte[] bytes) {
        if (hasBlob(repository, digest)) {
            return false;
        }
        String object = repository + "@" + digest;
        HttpResponse<byte[]> started = expect(202, "start upload of", object,
                request("/v2/" + repository + "/blobs/uploads/").POST(HttpRequest.BodyPublishers.noBody()));
        expect(201, "upload blob", object, request(uploadLocation(started, object, digest))
                .header("Content-Type", MediaTypes.OCTETS)
                .PUT(HttpRequest.BodyPublishers.ofByteArray(bytes)));
        return true;
    }

    /** @param reference tag or digest. @return digest of the manifest */
    public Digest pushManifest(String repository, String reference, String contentType, byte[] manifest) {
        expect(201, "put manifest", repository + ":" + reference, request("/v2/" + repository + "/manifests/" + reference)
                .header("Content-Type", contentType)
                .PUT(HttpRequest.BodyPublishers.ofByteArray(manifest)));
        return new Digest("sha256:" + Names.sha256(manifest));
    }

    /** All its tags go with it. */
    public void deleteManifest(String repository, Digest digest) {
        expect(202, "delete manifest", repository + "@" + digest, request("/v2/" + repository + "/manifests/" + digest).DELETE());
    }

    @Override
    public void close() {
        http.close();
    }

    private String uploadLocation(HttpResponse<byte[]> started, String object, Digest digest) {
        String location = started.headers().firstValue("Location")
                .orElseThrow(() -> new RegistryException("start upload of", object, started.statusCode(), "no Location in the answer"));
        return location + (location.contains("?") ? "&" : "?") + "digest=" + digest;
    }

    /** @param location path below the base, or a whole URI as some registries give it */
    private HttpRequest.Builder request(String location) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(location)).timeout(ANSWER);
        credentials.ifPresent(known -> request.header("Authorization", known.header()));
        return request;
    }

    private HttpResponse<byte[]> expect(int status, String operation, String object, HttpRequest.Builder request) {
        HttpResponse<byte[]> answer = send(operation, object, request);
        if (answer.statusCode() != status) {
            throw refused(operation, object, answer);
        }
        return answer;
    }

    private HttpResponse<byte[]> send(String operation, String object, HttpRequest.Builder request) {
        try {
            return http.send(request.build(), BodyHandlers.ofByteArray());
        } catch (IOException cause) {
            throw new RegistryException(operation, object, RegistryException.NO_ANSWER, base + " does not answer: " + cause, cause);
        } catch (InterruptedException cause) {
            Thread.currentThread().interrupt();
            throw new RegistryException(operation, object, RegistryException.NO_ANSWER, "interrupted", cause);
        }
    }

    private static RegistryException refused(String operation, String object, HttpResponse<byte[]> answer) {
        String text = new String(answer.body(), StandardCharsets.UTF_8).strip();
        return new RegistryException(operation, object, answer.statusCode(), ErrorText.of(text));
    }
}
