package dev.varve.agent.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.agent.state.JacksonJson;
import dev.varve.contract.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MountedCredentialsTest {
    private static final Json JSON = new JacksonJson();

    @TempDir
    Path root;

    private Path mount;
    private Path auth;
    private MountedCredentials credentials;
    private int version;

    @BeforeEach
    void begin() throws IOException {
        mount = Files.createDirectory(root.resolve("mount"));
        Files.createDirectory(root.resolve("run"));
        auth = root.resolve("run/ostree/auth.json");
        credentials = start();
    }

    @AfterEach
    void end() {
        credentials.close();
    }

    @Test
    void isWrittenForRootAloneAndNothingElseIsLeftThere() throws IOException {
        secret(".dockerconfigjson", "{\"auths\":{\"quay.io/os\":{\"auth\":\"eDp5\"}}}");
        assertThat(credentials.bring()).isEmpty();
        assertThat(auths()).isEqualTo(Map.of("quay.io/os", Map.of("auth", "eDp5")));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(auth))).isEqualTo("rw-------");
        try (var files = Files.list(auth.getParent())) {
            assertThat(files).containsExactly(auth);
        }
    }

    @Test
    void theOlderKindOfSecretWithoutAuthIsPutIntoTheFormThatIsRead() throws IOException {
        secret(".dockercfg", "{\"quay.io\":{\"username\":\"x\",\"password\":\"y\",\"email\":\"e\"}}");
        assertThat(credentials.bring()).isEmpty();
        assertThat(auths()).isEqualTo(Map.of("quay.io", Map.of("auth", "eDp5")));
    }

    @Test
    void whatOthersPutThereStaysAndForTheSameKeyOursCounts() throws IOException {
        Files.createDirectories(auth.getParent());
        Files.writeString(auth, "{\"credHelpers\":{\"a\":\"b\"},\"auths\":{\"other\":{\"auth\":\"dGhlaXJz\"},\"quay.io\":{\"auth\":\"dGhlaXJz\"}}}");
        secret(".dockerconfigjson", "{\"auths\":{\"quay.io\":{\"auth\":\"b3Vycw==\"}}}");
        credentials.bring();
        assertThat(auths()).isEqualTo(Map.of("other", Map.of("auth", "dGhlaXJz"), "quay.io", Map.of("auth", "b3Vycw==")));
        assertThat(Files.readString(auth)).contains("\"credHelpers\":{\"a\":\"b\"}");
    }

    @Test
    void whatIsNoLongerInTheSecretGoesAlsoAfterARestart() throws IOException {
        Files.createDirectories(auth.getParent());
        Files.writeString(auth, "{\"auths\":{\"other\":{\"auth\":\"dGhlaXJz\"}}}");
        secret(".dockerconfigjson", "{\"auths\":{\"quay.io\":{\"auth\":\"MQ==\"}}}");
        credentials.bring();
        credentials = start();
        secret(".dockerconfigjson", "{\"auths\":{\"quay.io/new\":{\"auth\":\"Mg==\"}}}");
        credentials.bring();
        assertThat(auths().keySet()).isEqualTo(java.util.Set.of("other", "quay.io/new"));
        Files.delete(mount.resolve(".dockerconfigjson"));
        credentials.bring();
        assertThat(auths().keySet()).isEqualTo(java.util.Set.of("other"));
    }

    @Test
    void ofSeveralSecretsTheLastCountsForTheSameKey() throws IOException {
        Files.createDirectory(root.resolve("base"));
        Files.writeString(root.resolve("base/.dockerconfigjson"), "{\"auths\":{\"quay.io\":{\"auth\":\"YmFzZQ==\"},\"origin\":{\"auth\":\"YmFzZQ==\"}}}");
        secret(".dockerconfigjson", "{\"auths\":{\"quay.io\":{\"auth\":\"b3Vycw==\"}}}");
        credentials.bring();
        assertThat(auths()).isEqualTo(Map.of("quay.io", Map.of("auth", "b3Vycw=="), "origin", Map.of("auth", "YmFzZQ==")));
        assertThat(credentials.changed()).isFalse();
        Files.delete(root.resolve("base/.dockerconfigjson"));
        assertThat(credentials.changed()).isTrue();
        credentials.bring();
        assertThat(auths().keySet()).isEqualTo(java.util.Set.of("quay.io"));
    }

    @Test
    void theHostsLastingFileIsShadowedAndSoComesAlong() throws IOException {
        Files.createDirectory(root.resolve("etc"));
        Files.writeString(root.resolve("etc/auth.json"), "{\"auths\":{\"quay.io\":{\"auth\":\"aG9zdA==\"},\"origin\":{\"auth\":\"aG9zdA==\"}}}");
        secret(".dockerconfigjson", "{\"auths\":{\"quay.io\":{\"auth\":\"b3Vycw==\"}}}");
        credentials.bring();
        assertThat(auths()).isEqualTo(Map.of("quay.io", Map.of("auth", "b3Vycw=="), "origin", Map.of("auth", "aG9zdA==")));
    }

    @Test
    void withoutASecretTheHostIsLeftAlone() throws IOException {
        assertThat(credentials.bring()).isEmpty();
        Files.delete(mount);
        assertThat(credentials.bring()).isEmpty();
        assertThat(auth.getParent()).doesNotExist();
    }

    @Test
    void anUnusableSecretIsOneSentenceThatShowsNothingOfIt() throws IOException {
        secret(".dockerconfigjson", "{\"auths\":{\"quay.io\":{\"auth\":\"MQ==\"}}}");
        credentials.bring();
        String before = Files.readString(auth);
        for (String text : List.of("geheim", "{\"auths\":[\"geheim\"]}", "{\"auths\":{\"quay.io\":\"geheim\"}}", "\"geheim\"")) {
            secret(".dockerconfigjson", text);
            assertThat(credentials.bring())
                    .startsWith("pull secret mount of the pool cannot be used: ").endsWith("mend the secret").doesNotContain("geheim");
            assertThat(Files.readString(auth)).isEqualTo(before);
            assertThat(credentials.changed()).isFalse();
        }
    }

    @Test
    void aBrokenFileOfTheHostIsNotOverwritten() throws IOException {
        Files.createDirectories(auth.getParent());
        Files.writeString(auth, "{");
        secret(".dockerconfigjson", "{\"auths\":{\"quay.io\":{\"auth\":\"MQ==\"}}}");
        assertThat(credentials.bring()).contains("is no JSON object").contains("mend or remove it");
        assertThat(auth).hasContent("{");
    }

    @Test
    void theSwapOfTheKubeletsLinkIsHeard() throws Exception {
        secret(".dockerconfigjson", "{\"auths\":{}}");
        credentials.bring();
        var heard = new CountDownLatch(1);
        credentials.onChange(() -> {
            if (credentials.changed()) {
                heard.countDown();
            }
        });
        secret(".dockerconfigjson", "{\"auths\":{\"quay.io\":{\"auth\":\"MQ==\"}}}");
        assertThat(heard.await(5, TimeUnit.SECONDS)).isTrue();
    }

    private MountedCredentials start() {
        return new MountedCredentials(List.of(root.resolve("base"), mount), root.resolve("run"), root.resolve("etc/auth.json"), JSON);
    }

    /** As the kubelet's atomic writer: a directory of that version, a link to it that is renamed, and a link for each file. */
    private void secret(String name, String text) throws IOException {
        version++;
        Path data = Files.createDirectory(mount.resolve("..version_" + version));
        Files.writeString(data.resolve(name), text);
        Path fresh = Files.createSymbolicLink(mount.resolve("..data_tmp"), data.getFileName());
        Files.move(fresh, mount.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        if (!Files.isSymbolicLink(mount.resolve(name))) {
            Files.createSymbolicLink(mount.resolve(name), Path.of("..data", name));
        }
    }

    private Map<?, ?> auths() throws IOException {
        return JSON.read(Files.readString(auth)) instanceof Map<?, ?> map && map.get("auths") instanceof Map<?, ?> found ? found : Map.of();
    }
}
