package dev.varve.controller.kube.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.controller.decide.build.ContainerFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts in a real shell, with a buildah that writes down what it is asked and exits as it is told. */
class BuildScriptsTest {
    @TempDir
    Path root;

    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void layOut() throws Exception {
        for (String name : new String[] {"context", "credentials", "shared", "tmp", "dev", "bin", "in", "entitled", "signing"}) {
            Files.createDirectory(root.resolve(name));
        }
        Files.writeString(root.resolve("in/Containerfile"), "FROM x\n");
        for (String tool : new String[] {"tar", "cat", "mkdir", "touch", "sleep", "sha256sum", "cut", "cp", "ls", "chmod", "printenv", "mv", "rm", "tail", "tr"}) {
            Files.createSymbolicLink(root.resolve("bin/" + tool), Path.of("/usr/bin/" + tool));
        }
        assertThat(new ProcessBuilder("tar", "-cf", root + "/context/context.tar", "-C", root + "/in", "Containerfile").start().waitFor()).isZero();
        buildah(0);
    }

    private void buildah(int code) throws IOException {
        Path buildah = root.resolve("bin/buildah");
        Files.writeString(buildah, """
                #!/bin/sh
                if [ "$1" = unshare ]; then shift; exec /usr/bin/"$@"; fi
                echo "$@" >> %1$s/calls
                cat %1$s/tmp/auth.json > %1$s/auth-seen
                while [ $# -gt 1 ]; do [ "$1" = --digestfile ] && printf 'sha256:abc' > "$2"; shift; done
                exit %2$d
                """.formatted(root, code));
        Files.setPosixFilePermissions(buildah, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** @param code of its exit */
    private void skopeo(int code) throws IOException {
        Path skopeo = root.resolve("bin/skopeo");
        Files.writeString(skopeo, """
                #!/bin/sh
                echo "skopeo $@" >> %1$s/calls
                for place; do :; done
                case $place in dir:*) mkdir -p "${place#dir:}"; printf '{}' > "${place#dir:}/manifest.json" ;; esac
                exit %2$d
                """.formatted(root, code));
        Files.setPosixFilePermissions(skopeo, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private int run(String script) throws Exception {
        String here = script.replaceAll("(?<![\\w.])/(context|credentials|shared|tmp|dev|entitled|signing)/", root + "/$1/");
        var shell = new ProcessBuilder("/bin/sh", "-c", here).redirectErrorStream(true).redirectOutput(root.resolve("out").toFile());
        shell.environment().put("PATH", root + "/bin");
        shell.environment().put("TAG", "reg.local/a/b:t");
        shell.environment().put("BASE", "quay.io/os/base@sha256:bbb");
        shell.environment().put("INPUTS", "abcd");
        shell.environment().put("STORAGE_DRIVER", "vfs");
        shell.environment().put("CACHE", "");
        shell.environment().putAll(environment);
        return shell.start().waitFor();
    }

    @Test
    void buildsThenPushesAndReportsTheDigest() throws Exception {
        Files.writeString(root.resolve("credentials/.dockerconfigjson"), "{\"auths\":{}}");
        assertThat(run(BuildScripts.BUILD)).isZero();
        assertThat(run(BuildScripts.PUSH)).isZero();
        assertThat(root.resolve("dev/termination-log")).hasContent("sha256:abc");
        try (Stream<String> calls = Files.lines(root.resolve("calls"))) {
            assertThat(calls).satisfiesExactly(
                    build -> assertThat(build).startsWith("bud --isolation chroot --storage-driver vfs --authfile")
                            .contains("--label dev.varve.build-inputs=abcd --tag reg.local/a/b:t").endsWith("/tmp/context"),
                    push -> assertThat(push).startsWith("push --storage-driver vfs").endsWith("reg.local/a/b:t docker://reg.local/a/b:t"));
        }
    }

    @Test
    void theBaseReachesTheRegistryAsItIsBeforeTheImageIsPushed() throws Exception {
        skopeo(0);
        Files.writeString(root.resolve("credentials/.dockerconfigjson"), "{\"auths\":{}}");
        assertThat(run(BuildScripts.BUILD)).isZero();
        assertThat(run(BuildScripts.PUSH)).isZero();
        String base = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"; // SHA-256 of {}
        try (Stream<String> calls = Files.lines(root.resolve("calls"))) {
            assertThat(calls).satisfiesExactly(
                    call -> assertThat(call).startsWith("skopeo copy").contains("docker://quay.io/os/base@sha256:bbb dir:"),
                    call -> assertThat(call).startsWith("pull --quiet"),
                    call -> assertThat(call).startsWith("tag ").endsWith(" quay.io/os/base"),
                    call -> assertThat(call).startsWith("bud "),
                    call -> assertThat(call).startsWith("skopeo copy").endsWith(" docker://reg.local/a/b@sha256:" + base),
                    call -> assertThat(call).startsWith("push "));
        }
    }

    @Test
    void aBaseThatCannotBePulledIsAFailureThatIsTriedAgain() throws Exception {
        skopeo(1);
        Files.writeString(root.resolve("credentials/.dockerconfigjson"), "{}");
        assertThat(run(BuildScripts.BUILD)).isEqualTo(125);
        assertThat(root.resolve("shared/failed")).exists();
    }

    @Test
    void aRegistryThatDoesNotTakeTheBaseGetsTheImageAllTheSame() throws Exception {
        skopeo(0);
        Files.writeString(root.resolve("credentials/.dockerconfigjson"), "{}");
        assertThat(run(BuildScripts.BUILD)).isZero();
        skopeo(1);
        assertThat(run(BuildScripts.PUSH)).isZero();
        assertThat(root.resolve("dev/termination-log")).hasContent("sha256:abc");
    }

    @Test
    void anOlderSecretIsPutIntoTheFormThatBuildahReads() throws Exception {
        Files.writeString(root.resolve("credentials/.dockercfg"), "{\"quay.io\":{\"auth\":\"eDp5\"}}");
        assertThat(run(BuildScripts.BUILD)).isZero();
        assertThat(root.resolve("auth-seen")).hasContent("{\"auths\":{\"quay.io\":{\"auth\":\"eDp5\"}}}");
    }

    @Test
    void lendsASubscriptionAndTheProxyToTheBuildAndToNothingElse() throws Exception {
        Files.writeString(root.resolve("credentials/.dockerconfigjson"), "{}");
        Path keys = Files.createDirectories(root.resolve("entitled/etc/pki/entitlement"));
        Files.writeString(root.resolve("key"), "pem");
        Files.createSymbolicLink(keys.resolve("entitlement.pem"), root.resolve("key"));
        Files.createDirectories(root.resolve("entitled/etc/yum.repos.d"));
        environment.put("HTTPS_PROXY", "http://proxy:3128");
        assertThat(run(BuildScripts.BUILD)).isZero();
        assertThat(run(BuildScripts.PUSH)).isZero();
        assertThat(Files.readAllLines(root.resolve("calls"))).satisfiesExactly(
                build -> assertThat(build)
                        .contains("--volume " + root + "/tmp/lent/etc/pki/entitlement:/etc/pki/entitlement:ro", "--build-arg HTTPS_PROXY ")
                        .doesNotContain("yum.repos.d", "rpm-gpg", "proxy:3128"),
                push -> assertThat(push).doesNotContain("entitlement", "proxy"));
        assertThat(root.resolve("tmp/lent/etc/pki/entitlement/entitlement.pem")).isRegularFile().hasContent("pem");
    }

    @Test
    void followsThePoolsOwnRulesForRegistriesAndSignatures() throws Exception {
        skopeo(0);
        Files.writeString(root.resolve("credentials/.dockerconfigjson"), "{}");
        for (String rule : new String[] {"policy.json", "registries.conf"}) {
            Files.writeString(root.resolve("in/" + rule), "{}");
            assertThat(new ProcessBuilder("tar", "-rf", root + "/context/context.tar", "-C", root + "/in", rule).start().waitFor()).isZero();
        }
        assertThat(run(BuildScripts.BUILD)).isZero();
        String policy = root + "/tmp/context/policy.json";
        assertThat(Files.readAllLines(root.resolve("calls"))).satisfiesExactly(
                copy -> assertThat(copy).startsWith("skopeo --policy " + policy + " copy"),
                pull -> assertThat(pull).contains("--signature-policy " + policy),
                tag -> assertThat(tag).startsWith("tag "),
                build -> assertThat(build).contains("--signature-policy " + policy));
        assertThat(root.resolve("shared/registries.conf")).exists();
    }

    /** @param full percent of its volume */
    private void cache(int full) throws IOException {
        environment.put("CACHE", Files.createDirectories(root.resolve("cache")).toString());
        environment.put("CONFIG", "layered");
        environment.put("REBUILDS", "0");
        Path df = root.resolve("bin/df");
        Files.writeString(df, """
                #!/bin/sh
                echo 'Filesystem     1024-blocks     Used Available Capacity Mounted on'
                echo '/dev/vda1         10000000  1000000   1000000      %d%% /cache'
                """.formatted(full));
        Files.setPosixFilePermissions(df, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private String buildCall() throws Exception {
        assertThat(run(BuildScripts.BUILD)).isZero();
        try (Stream<String> calls = Files.lines(root.resolve("calls"))) {
            return calls.filter(call -> call.startsWith("bud ")).reduce("", (before, call) -> call);
        }
    }

    @Test
    void aCacheSparesTheBaseAndTheLayersUnlessARebuildIsAskedFor() throws Exception {
        skopeo(0);
        Files.writeString(root.resolve("credentials/.dockerconfigjson"), "{}");
        cache(79);
        Path base = root.resolve("cache/varve/bases/bbb");
        Files.createDirectories(root.resolve("cache/varve/bases/bbb.partial"));
        assertThat(buildCall()).as("nothing that was there before").contains(" --no-cache ");
        assertThat(base.resolve("manifest.json")).exists();
        assertThat(run(BuildScripts.PUSH)).isZero();
        assertThat(Files.readString(root.resolve("calls"))).contains("dir:" + base + " docker://reg.local/a/b@sha256:");

        skopeo(1); // Is not asked for the base again.
        assertThat(buildCall()).doesNotContain("--no-cache");
        environment.put("REBUILDS", "1");
        assertThat(buildCall()).contains(" --no-cache ");
        assertThat(buildCall()).doesNotContain("--no-cache");
    }

    @Test
    void aRebuildThatFailsIsNotOneThatWasMade() throws Exception {
        Files.writeString(root.resolve("credentials/.dockerconfigjson"), "{}");
        cache(10);
        buildah(7);
        assertThat(run(BuildScripts.BUILD)).isEqualTo(7);
        buildah(0);
        assertThat(buildCall()).contains(" --no-cache ");
    }

    @Test
    void aFullCacheIsEmptied() throws Exception {
        Files.writeString(root.resolve("credentials/.dockerconfigjson"), "{}");
        cache(80);
        Path layer = Files.createDirectories(root.resolve("cache/storage/overlay/l/X"));
        assertThat(buildCall()).contains(" --no-cache ");
        assertThat(layer.getParent().getParent()).doesNotExist();
        assertThat(root.resolve("out")).content().contains("full to 80 % and is emptied");
    }

    @Test
    void aFailedBuildEndsThePushToo() throws Exception {
        Files.writeString(root.resolve("credentials/.dockerconfigjson"), "{}");
        buildah(7);
        assertThat(run(BuildScripts.BUILD)).isEqualTo(7);
        assertThat(run(BuildScripts.PUSH)).isEqualTo(ContainerFacts.NOTHING_TO_PUSH);
        assertThat(root.resolve("dev/termination-log")).doesNotExist();
    }

    @Test
    void signsWhatItHasPushedBeforeItTellsOfIt() throws Exception {
        skopeo(0);
        Files.writeString(root.resolve("credentials/.dockerconfigjson"), "{}");
        Files.writeString(root.resolve("signing/cosign.key"), "key");
        assertThat(run(BuildScripts.BUILD)).isZero();
        assertThat(run(BuildScripts.PUSH)).isZero();
        assertThat(Files.readAllLines(root.resolve("calls")).getLast()).startsWith("skopeo --registries.d ")
                .contains("--sign-by-sigstore-private-key " + root + "/signing/cosign.key", "--sign-passphrase-file")
                .endsWith("docker://reg.local/a/b@sha256:abc docker://reg.local/a/b:t");
        assertThat(root.resolve("tmp/registries.d/default.yaml")).content().contains("use-sigstore-attachments: true");

        Files.delete(root.resolve("dev/termination-log"));
        skopeo(1);
        assertThat(run(BuildScripts.PUSH)).isNotZero();
        assertThat(root.resolve("dev/termination-log")).doesNotExist();
    }

    @Test
    void aFailedPushReportsNoDigest() throws Exception {
        Files.writeString(root.resolve("credentials/.dockerconfigjson"), "{}");
        assertThat(run(BuildScripts.BUILD)).isZero();
        buildah(125);
        assertThat(run(BuildScripts.PUSH)).isEqualTo(125);
        assertThat(root.resolve("dev/termination-log")).doesNotExist();
    }
}
