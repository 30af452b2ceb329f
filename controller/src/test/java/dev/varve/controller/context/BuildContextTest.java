package dev.varve.controller.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.contract.Names;
import dev.varve.contract.Pullspec;
import dev.varve.contract.Tree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BuildContextTest {
    private static final Pullspec BASE = Pullspec.parse("quay.io/os/base@sha256:" + "b".repeat(64));
    private static final Packages NO_PACKAGES = new Packages(List.of(), "default");
    private static final String LONG = "/etc/" + "long-directory-name/".repeat(7) + "file.conf";

    @TempDir
    Path directory;

    private static BuildContext context(Map<String, Object> config, String containerfile) {
        return new BuildContext("rendered-layered-1", "layered", Tree.named("config", config), NO_PACKAGES, Optional.empty(), BASE, containerfile);
    }

    private static Map<String, Object> file(String path, String source) {
        return Map.of("path", path, "contents", Map.of("source", source));
    }

    private static Map<String, Object> files(Object... files) {
        return Map.of("storage", Map.of("files", List.of(files)));
    }

    private static final Map<String, Object> FULL = Map.of(
            "storage", Map.of(
                    "directories", List.of(Map.of("path", "/etc/made", "mode", 448)),
                    "files", List.of(
                            Map.of("path", "/etc/secret", "mode", 384, "user", Map.of("name", "chrony"), "group", Map.of("id", 995),
                                    "contents", Map.of("source", "data:,a%20b%0A")),
                            file(LONG, "data:;base64,aGVsbG8="),
                            Map.of("path", "/var/lib/x", "mode", 384, "contents", Map.of("source", "data:,x"))),
                    "links", List.of(Map.of("path", "/etc/link", "target", "../usr/share/zoneinfo/UTC"))),
            "systemd", Map.of("units", List.of(
                    Map.of("name", "hello.service", "enabled", true,
                            "contents", "[Service]\nExecStart=true\n[Install]\nWantedBy=multi-user.target\n",
                            "dropins", List.of(Map.of("name", "10-x.conf", "contents", "[Service]\n"))),
                    Map.of("name", "masked.service", "mask", true),
                    Map.of("name", "sshd.service", "enabled", false))),
            "passwd", Map.of("users", List.of(Map.of("name", "core", "sshAuthorizedKeys", List.of("ssh-ed25519 AAAA me")))));

    private String run(Path in, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).directory(in.toFile()).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(out).isZero();
        return out;
    }

    private Path unpacked(BuildContext context) throws IOException, InterruptedException {
        Files.write(directory.resolve("context.tar"), context.tar());
        run(directory, "tar", "-xf", "context.tar");
        Path root = Files.createDirectory(directory.resolve("root"));
        run(root, "tar", "-xf", "../rootfs.tar", "--no-same-owner");
        return root;
    }

    @Test
    void givesTheSameBytesTwice() {
        assertThat(context(FULL, "FROM configs").tar()).isEqualTo(context(FULL, "FROM configs").tar());
    }

    @Test
    void isReadByTar() throws Exception {
        Path root = unpacked(context(FULL, "FROM configs AS final\nRUN x\n"));
        assertThat(run(directory, "tar", "-tf", "context.tar")).isEqualTo("Containerfile\nrootfs.tar\n");
        assertThat(run(directory, "tar", "-tf", "rootfs.tar").lines()).isSorted().contains(
                "etc/link", "etc/made/", LONG.substring(1), "etc/systemd/system/hello.service.d/10-x.conf");
        String listed = run(directory, "tar", "--utc", "-tvf", "rootfs.tar");
        assertThat(listed).contains("-rw------- chrony/995").contains("drwx------ root/root").contains("1970-01-01 00:00");
        assertThat(root.resolve("etc/secret")).hasContent("a b\n");
        assertThat(root.resolve(LONG.substring(1))).hasContent("hello");
        assertThat(Files.readSymbolicLink(root.resolve("etc/link"))).hasToString("../usr/share/zoneinfo/UTC");
    }

    @Test
    void enablesMasksAndPresetsUnits() throws Exception {
        Path system = unpacked(context(FULL, "")).resolve("etc/systemd/system");
        assertThat(Files.readSymbolicLink(system.resolve("multi-user.target.wants/hello.service")))
                .hasToString("/etc/systemd/system/hello.service");
        assertThat(Files.readSymbolicLink(system.resolve("masked.service"))).hasToString("/dev/null");
        assertThat(system.resolveSibling("system-preset/20-varve.preset")).hasContent("enable hello.service\ndisable sshd.service\n");
    }

    @Test
    void whatIsBelowVarIsWrittenAtEachBootSinceAnImageCannotBringIt() throws Exception {
        Path root = unpacked(context(FULL, ""));
        assertThat(root.resolve("var")).doesNotExist();
        assertThat(Files.readAllLines(root.resolve(RuntimeFiles.PATH))).containsExactly(
                "f+~ \"/var/lib/x\" 0600 root root - " + base64("x"),
                "d \"/var/home/core/.ssh\" 0700 core core -",
                "d \"/var/home/core/.ssh/authorized_keys.d\" 0700 core core -",
                "f+~ \"/var/home/core/.ssh/authorized_keys.d/ignition\" 0600 core core - " + base64("ssh-ed25519 AAAA me\n"));
    }

    @Test
    void unpacksGzip() throws Exception {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write("plain".getBytes(StandardCharsets.UTF_8));
        }
        String source = "data:;base64," + Base64.getEncoder().encodeToString(packed.toByteArray());
        Path root = unpacked(context(files(Map.of("path", "/etc/a", "contents", Map.of("source", source, "compression", "gzip"))), ""));
        assertThat(root.resolve("etc/a")).hasContent("plain");
    }

    @Test
    void ourLinesStandBetweenTheUsersPreambleAndTheirStages() {
        assertThat(context(Map.of(), "# escape=`\nARG V=1\nFROM configs AS final\nRUN x\n").text()).isEqualTo("""
                # escape=`
                ARG V=1
                FROM %s AS configs
                ADD rootfs.tar /
                LABEL machineconfig="rendered-layered-1" machineconfigpool="layered" baseOSContainerImage="%s"
                FROM configs AS final
                RUN x
                """.formatted(BASE, BASE));
        assertThat(context(Map.of(), "").text()).endsWith("\"\n");
    }

    @Test
    void extensionsAndAKernelAreTakenFromTheExtensionsImageBeforeTheUsersLines() {
        var packages = new Packages(List.of("usbguard", "kerberos"), "realtime");
        var context = new BuildContext("rendered-layered-1", "layered", Tree.named("config", Map.of()), packages,
                Optional.of("quay.io/os/extensions@sha256:" + "e".repeat(64)), BASE, "# escape=`\nFROM configs AS final\nRUN x\n");
        String line = context.text().lines().filter(text -> text.startsWith("RUN --mount")).findFirst().orElseThrow();
        assertThat(line)
                .startsWith("RUN --mount=type=bind,from=quay.io/os/extensions@sha256:" + "e".repeat(64))
                .contains("remove kernel kernel-core", "install kernel-rt-core", "rpm-ostree install usbguard krb5-workstation libkadm5")
                .endsWith("ostree container commit");
        assertThat(context.text().indexOf(line)).isBetween(context.text().indexOf("ADD rootfs.tar"), context.text().indexOf("RUN x"));
        assertThat(new Packages(List.of(), "default").instruction(Optional.empty())).isEmpty();
        assertThatThrownBy(() -> packages.instruction(Optional.empty())).hasMessageContaining("no extensions image is known");
    }

    /** An image is reused where its inputs are the same, so what Varve makes of them must be among them. */
    @Test
    void anotherContextOfTheSameInputsIsAnotherLayout() {
        var context = new BuildContext("rendered-layered-1", "layered", Tree.named("config", FULL), new Packages(List.of("usbguard"), "realtime"),
                Optional.of("quay.io/os/extensions@sha256:" + "e".repeat(64)), BASE, "FROM configs AS final\nRUN x\n");
        assertThat(Names.sha256(context.tar())).as("raise BuildInputs.LAYOUT, and put the new digest here")
                .isEqualTo("c537e6950c8d9e29f31978a7ed2bae12d2da15881c7759f978259b97e28e54ab");
    }

    @Test
    void bringsTheConfigsOwnRulesForRegistriesToTheBuild() throws Exception {
        unpacked(context(files(file("/etc/containers/registries.conf", "data:,unqualified-search-registries%3D%5B%5D")), ""));
        assertThat(directory.resolve("registries.conf")).hasContent("unqualified-search-registries=[]");
        assertThat(directory.resolve("policy.json")).doesNotExist();
        assertThat(directory.resolve("root/etc/containers/registries.conf")).exists();
    }

    @Test
    void refusesWhatIsTooLargeAndNamesTheLargest() {
        var context = context(files(file("/etc/big", "data:," + "x".repeat(900_000)), file("/etc/mid", "data:," + "y".repeat(200_000)),
                file("/etc/small", "data:,z")), "");
        assertThatThrownBy(context::tar).isInstanceOf(ContextException.class)
                .hasMessageContaining("the build context of rendered-layered-1 has 10")
                .hasMessageContaining("may have 1024.0 KiB")
                .hasMessageContaining("/etc/big (878.9 KiB), /etc/mid (195.3 KiB)");
    }

    @Test
    void aGzipBombIsRefusedUnopened() throws Exception {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(new byte[20_000_000]);
        }
        String source = "data:;base64," + Base64.getEncoder().encodeToString(packed.toByteArray());
        var context = context(files(Map.of("path", "/etc/a", "contents", Map.of("source", source, "compression", "gzip"))), "");
        assertThatThrownBy(context::tar).hasMessageContaining("file /etc/a unpacks to more than");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/../../x", "/../x", "/etc/./x", "//x"})
    void refusesPathsThatLeaveTheImage(String path) {
        var context = context(files(file(path, "data:,x")), "");
        assertThatThrownBy(context::tar).isInstanceOf(ContextException.class).hasMessageContaining("leaves the image");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
