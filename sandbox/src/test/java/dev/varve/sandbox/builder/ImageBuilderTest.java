package dev.varve.sandbox.builder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.varve.contract.Digest;
import dev.varve.contract.Pullspec;
import dev.varve.sandbox.registry.AuthFile;
import dev.varve.sandbox.registry.Credentials;
import dev.varve.sandbox.registry.Registry;
import dev.varve.sandbox.registry.RegistryAliases;
import dev.varve.sandbox.registry.RegistryClient;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Builds against the embedded registry. */
class ImageBuilderTest {
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final String GUIDE = """
            FROM %s AS configs
            ADD rootfs.tar /
            LABEL machineconfig="rendered-layered-0123" machineconfigpool="layered"
            FROM configs AS final
            RUN rpm-ostree install tree && \\
                ostree container commit
            """;

    private final ObjectMapper json = new ObjectMapper();
    private final List<String> log = new ArrayList<>();
    private Registry registry;
    private RegistryAliases aliases;
    private RegistryClient client;
    private ImageBuilder builder;
    private Pullspec base;
    private Pullspec target;

    @BeforeEach
    void start() {
        registry = Registry.start(0);
        aliases = new RegistryAliases(Map.of("images.example:5000", registry.url()));
        client = new RegistryClient(registry.url(), Optional.empty());
        builder = new ImageBuilder(aliases, () -> NOW);
        base = BaseImage.push(aliases, Pullspec.parse("images.example:5000/os/base"), AuthFile.EMPTY, "417.94.1");
        target = Pullspec.parse("images.example:5000/mco/os-images:rendered-layered-0123");
    }

    @AfterEach
    void stop() {
        client.close();
        registry.close();
    }

    @Test
    void pushesAnImageWithTheGuidesPackageAndTheBasesLabels() throws Exception {
        Digest digest = push(GUIDE.formatted(base));

        JsonNode manifest = json.readTree(client.image("mco/os-images", digest.value()).manifest());
        JsonNode config = config(manifest);
        JsonNode labels = config.path("config").path("Labels");
        assertThat(client.image("mco/os-images", "rendered-layered-0123").digest()).isEqualTo(digest);
        assertThat(labels.path(ImageBuilder.PACKAGES).asText()).isEqualTo("tree");
        assertThat(labels.path("ostree.bootable").asText()).isEqualTo("1");
        assertThat(labels.path("machineconfigpool").asText()).isEqualTo("layered");
        assertThat(labels.path("org.opencontainers.image.version").asText()).isEqualTo("417.94.1");
        assertThat(config.path("architecture").asText()).isEqualTo("amd64");
        assertThat(config.path("created").asText()).isEqualTo("2026-11-23T10:00:00Z");
        // Two of the base, rootfs.tar, and the RUN.
        assertThat(manifest.path("layers")).hasSize(4);
        assertThat(config.path("rootfs").path("diff_ids")).hasSize(4);
    }

    @Test
    void putsTheFilesOfTheConfigsIntoALayer() throws Exception {
        JsonNode manifest = json.readTree(client.image("mco/os-images", push(GUIDE.formatted(base)).value()).manifest());

        byte[] blob = client.blob("mco/os-images", new Digest(manifest.path("layers").path(2).path("digest").asText()));
        byte[] tar = new GZIPInputStream(new ByteArrayInputStream(blob)).readAllBytes();

        assertThat(Tar.files(tar)).containsOnlyKeys("etc/motd");
        assertThat(Tar.files(tar).get("etc/motd")).asString(StandardCharsets.UTF_8).isEqualTo("hello\n");
        assertThat(config(manifest).path("rootfs").path("diff_ids").path(2).asText()).isEqualTo(Layer.digest(tar).value());
    }

    @Test
    void makesTheSameImageFromTheSameContextAndAnotherFromAnotherCommand() {
        String containerfile = GUIDE.formatted(base);

        assertThat(build(containerfile).digest()).isEqualTo(build(containerfile).digest());
        assertThat(build(containerfile.replace("tree", "htop")).digest()).isNotEqualTo(build(containerfile).digest());
        assertThat(build(containerfile + "RUN echo one\n").digest()).isNotEqualTo(build(containerfile + "RUN echo two\n").digest());
    }

    @Test
    void makesTheSameBaseImageOfTheSameVersion() {
        Pullspec repository = Pullspec.parse("images.example:5000/os/base");

        assertThat(BaseImage.push(aliases, repository, AuthFile.EMPTY, "417.94.1")).isEqualTo(base);
        assertThat(BaseImage.push(aliases, repository, AuthFile.EMPTY, "417.94.2")).isNotEqualTo(base);
    }

    @Test
    void logsItsStepsAsBuildahDoesAndSaysThatItIsSimulated() {
        build(GUIDE.formatted(base));

        assertThat(log.getFirst()).contains("simulated");
        assertThat(log).contains(
                "[1/2] STEP 1/3: FROM " + base + " AS configs",
                "[1/2] STEP 2/3: ADD rootfs.tar /",
                "[2/2] STEP 1/2: FROM configs AS final",
                "[2/2] STEP 2/2: RUN rpm-ostree install tree && ostree container commit");
    }

    @ParameterizedTest
    @CsvSource({"exit 3, 3", "false, 1", "rpm-ostree install tree && exit 7, 7", "'true; false && echo', 1"})
    void endsWithTheExitCodeOfTheCommandThatFailed(String command, int code) {
        assertThatThrownBy(() -> build("FROM " + base + " AS configs\nFROM configs AS final\nRUN " + command + "\n"))
                .hasMessageContaining("while running runtime: exit status " + code)
                .asInstanceOf(type(BuildException.class))
                .returns(code, BuildException::exitCode);
    }

    @ParameterizedTest
    @CsvSource({"false || true", "echo exit 3", "exit 0"})
    void doesNotFailWhatAShellWouldNot(String command) {
        assertThat(build("FROM " + base + "\nRUN " + command + "\n").digest()).isNotNull();
    }

    @Test
    void saysWhichBaseImageIsMissing() {
        String missing = "images.example:5000/os/base@sha256:" + "0".repeat(64);

        assertThatThrownBy(() -> build("FROM " + missing + "\n"))
                .hasMessageContaining("docker://" + missing)
                .hasMessageEndingWith("manifest unknown")
                .asInstanceOf(type(BuildException.class))
                .returns(BuildException.OWN_FAILURE, BuildException::exitCode);
    }

    @Test
    void pullsAndPushesWithTheCredentialsOfEach() {
        var wanted = new Credentials("builder", "s3cret");
        AuthFile auth = AuthFile.parse("""
                {"auths":{"images.example:5000":{"auth":"YnVpbGRlcjpzM2NyZXQ="}}}""");
        registry.require(Optional.of(wanted));

        assertThatThrownBy(() -> build(GUIDE.formatted(base))).hasMessageContaining("unauthorized: authentication required");
        BuiltImage image = builder.build(context(GUIDE.formatted(base)), Map.of(), auth, log::add);
        assertThatThrownBy(() -> builder.push(image, target, AuthFile.EMPTY, log::add)).hasMessageContaining("unauthorized");
        assertThat(builder.push(image, target, auth, log::add)).isEqualTo(image.digest());
    }

    @Test
    void reportsARegistryThatIsDown() {
        registry.failNext(1, 503);

        assertThatThrownBy(() -> build(GUIDE.formatted(base))).hasMessageContaining("503");
    }

    @ParameterizedTest
    @CsvSource({"FROMM x, Unknown instruction", "RUN x, no FROM before", "'# nothing', no FROM statement"})
    void refusesWhatIsNoContainerfile(String text, String why) {
        assertThatThrownBy(() -> build(text)).isInstanceOf(BuildException.class).hasMessageContaining(why);
    }

    @Test
    void readsHeredocsAndRemovals() throws Exception {
        Digest digest = push("""
                ARG BASE=%s
                FROM ${BASE} AS configs
                FROM configs AS final
                # a comment
                RUN <<EOF
                rpm-ostree install -y tree vim
                rpm-ostree uninstall vim
                EOF
                RUN rpm-ostree install htop
                """.formatted(base));

        JsonNode manifest = json.readTree(client.image("mco/os-images", digest.value()).manifest());
        assertThat(config(manifest).path("config").path("Labels").path(ImageBuilder.PACKAGES).asText()).isEqualTo("htop tree");
    }

    private Digest push(String containerfile) {
        return builder.push(build(containerfile), target, AuthFile.EMPTY, log::add);
    }

    private BuiltImage build(String containerfile) {
        return builder.build(context(containerfile), Map.of(), AuthFile.EMPTY, log::add);
    }

    private static byte[] context(String containerfile) {
        return Contexts.of(containerfile, Map.of("etc/motd", "hello\n"));
    }

    private JsonNode config(JsonNode manifest) throws Exception {
        return json.readTree(client.blob("mco/os-images", new Digest(manifest.path("config").path("digest").asText())));
    }
}
