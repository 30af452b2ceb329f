package dev.varve.sandbox.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.varve.contract.Names;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The distribution API as clients rely on it. Runs against the embedded registry, or with {@code -Dvarve.test.registry=<base URI>}
 * against another one, such as Debian's docker-registry with {@code REGISTRY_STORAGE_DELETE_ENABLED=true}.
 */
class RegistryContractTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ABSENT = "sha256:" + "0".repeat(64);

    private static Optional<Registry> embedded = Optional.empty();
    private static URI base;

    private final String repository = "contract/r" + UUID.randomUUID().toString().substring(0, 8);

    @BeforeAll
    static void start() {
        String other = System.getProperty("varve.test.registry");
        if (other == null) {
            embedded = Optional.of(Registry.start(0));
        }
        base = embedded.map(Registry::url).orElseGet(() -> URI.create(other));
    }

    @AfterAll
    static void stop() {
        embedded.ifPresent(Registry::close);
    }

    @Test
    void answersTheVersionCheck() throws Exception {
        HttpResponse<byte[]> answer = get("/v2/");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Docker-Distribution-Api-Version")).contains("registry/2.0");
    }

    @Test
    void takesABlobInPostAndPut() throws Exception {
        byte[] blob = bytes("one");
        HttpResponse<byte[]> put = upload(blob);

        assertThat(put.statusCode()).isEqualTo(201);
        assertThat(put.headers().firstValue("Docker-Content-Digest")).contains(digest(blob));
        assertThat(get(put.headers().firstValue("Location").orElseThrow()).body()).isEqualTo(blob);
        HttpResponse<byte[]> head = head("/v2/" + repository + "/blobs/" + digest(blob));
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValueAsLong("Content-Length")).hasValue(blob.length);
    }

    @Test
    void takesABlobInChunks() throws Exception {
        byte[] blob = bytes("firstsecond");
        String location = startUpload();
        HttpResponse<byte[]> first = send("PATCH", location, "first", "Content-Range", "0-4");
        assertThat(first.statusCode()).isEqualTo(202);
        assertThat(first.headers().firstValue("Range")).contains("0-4");
        HttpResponse<byte[]> asked = get(first.headers().firstValue("Location").orElseThrow());
        assertThat(asked.statusCode()).isEqualTo(204);

        HttpResponse<byte[]> second = send("PATCH", location(asked), "second", "Content-Range", "5-10");
        HttpResponse<byte[]> put = send("PUT", withDigest(location(second), blob), "");

        assertThat(put.statusCode()).isEqualTo(201);
        assertThat(get("/v2/" + repository + "/blobs/" + digest(blob)).body()).isEqualTo(blob);
    }

    @Test
    void refusesAChunkOutOfOrder() throws Exception {
        assumeTrue(embedded.isPresent(), "docker-registry 2.8 does not look at Content-Range");
        String location = startUpload();

        assertThat(send("PATCH", location, "later", "Content-Range", "7-11").statusCode()).isEqualTo(416);
    }

    @Test
    void refusesABlobThatIsNotItsDigest() throws Exception {
        HttpResponse<byte[]> put = send("PUT", withDigest(startUpload(), bytes("this")), "that");

        assertError(put, 400, "DIGEST_INVALID");
        assertError(get("/v2/" + repository + "/blobs/" + digest(bytes("this"))), 404, "BLOB_UNKNOWN");
    }

    @Test
    void mountsABlobFromAnotherRepository() throws Exception {
        byte[] blob = bytes("shared");
        upload(blob);
        String other = repository + "/other";

        HttpResponse<byte[]> mounted =
                send("POST", "/v2/" + other + "/blobs/uploads/?mount=" + digest(blob) + "&from=" + repository, "");
        HttpResponse<byte[]> unknown =
                send("POST", "/v2/" + other + "/blobs/uploads/?mount=" + ABSENT + "&from=" + repository, "");

        assertThat(mounted.statusCode()).isEqualTo(201);
        assertThat(get("/v2/" + other + "/blobs/" + digest(blob)).body()).isEqualTo(blob);
        assertThat(unknown.statusCode()).isEqualTo(202);
    }

    @Test
    void cancelsAnUpload() throws Exception {
        String location = startUpload();

        assertThat(send("DELETE", location, "").statusCode()).isEqualTo(204);
        assertError(get(location), 404, "BLOB_UPLOAD_UNKNOWN");
    }

    @Test
    void keepsAManifestByTagAndDigestWithItsContentType() throws Exception {
        byte[] manifest = manifest("a");
        HttpResponse<byte[]> put = putManifest("v1", manifest);

        assertThat(put.statusCode()).isEqualTo(201);
        for (String reference : new String[] {"v1", digest(manifest)}) {
            HttpResponse<byte[]> got = get("/v2/" + repository + "/manifests/" + reference);
            assertThat(got.body()).isEqualTo(manifest);
            assertThat(got.headers().firstValue("Content-Type")).contains(MediaTypes.MANIFEST);
            assertThat(got.headers().firstValue("Docker-Content-Digest")).contains(digest(manifest));
        }
        HttpResponse<byte[]> head = head("/v2/" + repository + "/manifests/v1");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValueAsLong("Content-Length")).hasValue(manifest.length);
    }

    @Test
    void movesATagAndKeepsTheOldManifest() throws Exception {
        byte[] before = manifest("before");
        byte[] after = manifest("after");
        putManifest("latest", before);
        putManifest("latest", after);

        assertThat(get("/v2/" + repository + "/manifests/latest").body()).isEqualTo(after);
        assertThat(get("/v2/" + repository + "/manifests/" + digest(before)).body()).isEqualTo(before);
    }

    @Test
    void refusesAManifestWhoseBlobsAreNotThere() throws Exception {
        byte[] manifest = bytes(manifestText(ABSENT, 1));

        assertError(putManifest("v1", manifest), 400, "MANIFEST_BLOB_UNKNOWN");
    }

    @Test
    void refusesAManifestThatIsNotItsDigest() throws Exception {
        assertError(putManifest(ABSENT, manifest("a")), 400, "DIGEST_INVALID");
    }

    @Test
    void refusesAManifestThatIsNoManifest() throws Exception {
        assertError(putManifest("v1", bytes("not JSON")), 400, "MANIFEST_INVALID");
    }

    @Test
    void deletesAManifestWithItsTags() throws Exception {
        byte[] manifest = manifest("gone");
        putManifest("v1", manifest);

        assertThat(send("DELETE", "/v2/" + repository + "/manifests/" + digest(manifest), "").statusCode()).isEqualTo(202);
        assertError(get("/v2/" + repository + "/manifests/v1"), 404, "MANIFEST_UNKNOWN");
        assertError(get("/v2/" + repository + "/manifests/" + digest(manifest)), 404, "MANIFEST_UNKNOWN");
    }

    @Test
    void deletesABlob() throws Exception {
        byte[] blob = bytes("gone");
        upload(blob);

        assertThat(send("DELETE", "/v2/" + repository + "/blobs/" + digest(blob), "").statusCode()).isEqualTo(202);
        assertThat(head("/v2/" + repository + "/blobs/" + digest(blob)).statusCode()).isEqualTo(404);
    }

    @Test
    void listsTagsInPages() throws Exception {
        assumeTrue(embedded.isPresent(), "docker-registry has pages of tags from 3.0 on");
        putManifest("b", manifest("1"));
        putManifest("a", manifest("2"));
        putManifest("c", manifest("3"));
        HttpResponse<byte[]> first = get("/v2/" + repository + "/tags/list?n=2");

        JsonNode answer = JSON.readTree(first.body());
        assertThat(answer.path("name").asText()).isEqualTo(repository);
        assertThat(answer.path("tags")).extracting(JsonNode::asText).containsExactly("a", "b");
        assertThat(first.headers().firstValue("Link").orElseThrow()).contains("last=b").endsWith("; rel=\"next\"");
        HttpResponse<byte[]> rest = get("/v2/" + repository + "/tags/list?n=2&last=b");
        assertThat(JSON.readTree(rest.body()).path("tags")).extracting(JsonNode::asText).containsExactly("c");
    }

    @Test
    void listsRepositories() throws Exception {
        putManifest("v1", manifest("a"));

        assertThat(JSON.readTree(get("/v2/_catalog").body()).path("repositories")).extracting(JsonNode::asText).contains(repository);
    }

    @ParameterizedTest
    @CsvSource({
        "contract/none/manifests/latest, 404, MANIFEST_UNKNOWN",
        "contract/none/tags/list, 404, NAME_UNKNOWN",
    })
    void saysWhatIsUnknown(String path, int status, String code) throws Exception {
        assertError(get("/v2/" + path), status, code);
    }

    @Test
    void doesNotKnowAnUploadItDidNotStart() throws Exception {
        assumeTrue(embedded.isPresent(), "docker-registry signs the locations of its uploads and answers BLOB_UPLOAD_INVALID");

        assertError(get("/v2/contract/none/blobs/uploads/b4ca7ce0-0000-0000-0000-000000000000"), 404, "BLOB_UPLOAD_UNKNOWN");
    }

    private static void assertError(HttpResponse<byte[]> answer, int status, String code) throws IOException {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(JSON.readTree(answer.body()).path("errors").path(0).path("code").asText()).isEqualTo(code);
    }

    private byte[] manifest(String content) throws Exception {
        byte[] config = bytes("{\"content\":\"" + content + "\"}");
        upload(config);
        return bytes(manifestText(digest(config), config.length));
    }

    private static String manifestText(String config, int size) {
        return """
                {"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"%s","digest":"%s","size":%d},"layers":[]}"""
                .formatted(MediaTypes.MANIFEST, MediaTypes.CONFIG, config, size);
    }

    private HttpResponse<byte[]> putManifest(String reference, byte[] manifest) throws Exception {
        return HTTP.send(request("/v2/" + repository + "/manifests/" + reference)
                .header("Content-Type", MediaTypes.MANIFEST)
                .PUT(BodyPublishers.ofByteArray(manifest)).build(), BodyHandlers.ofByteArray());
    }

    private HttpResponse<byte[]> upload(byte[] blob) throws Exception {
        return HTTP.send(request(withDigest(startUpload(), blob)).PUT(BodyPublishers.ofByteArray(blob)).build(), BodyHandlers.ofByteArray());
    }

    private String startUpload() throws Exception {
        HttpResponse<byte[]> answer = send("POST", "/v2/" + repository + "/blobs/uploads/", "");
        assertThat(answer.statusCode()).isEqualTo(202);
        return location(answer);
    }

    private static String location(HttpResponse<byte[]> answer) {
        return answer.headers().firstValue("Location").orElseThrow();
    }

    private static String withDigest(String location, byte[] blob) {
        return location + (location.contains("?") ? "&" : "?") + "digest=" + digest(blob);
    }

    private static HttpResponse<byte[]> get(String location) throws Exception {
        return HTTP.send(request(location).header("Accept", MediaTypes.MANIFEST).GET().build(), BodyHandlers.ofByteArray());
    }

    private static HttpResponse<byte[]> head(String location) throws Exception {
        HttpRequest.Builder request = request(location).header("Accept", MediaTypes.MANIFEST).method("HEAD", BodyPublishers.noBody());
        return HTTP.send(request.build(), BodyHandlers.ofByteArray());
    }

    private static HttpResponse<byte[]> send(String method, String location, String body, String... headers) throws Exception {
        HttpRequest.Builder request = request(location).method(method, BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), BodyHandlers.ofByteArray());
    }

    private static HttpRequest.Builder request(String location) {
        return HttpRequest.newBuilder(base.resolve(location));
    }

    private static String digest(byte[] bytes) {
        return "sha256:" + Names.sha256(bytes);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
