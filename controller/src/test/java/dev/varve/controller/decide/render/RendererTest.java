package dev.varve.controller.decide.render;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.contract.Keys;
import dev.varve.contract.Tree;
import dev.varve.controller.decide.render.Rendering.Refused;
import dev.varve.controller.decide.render.Rendering.Rendered;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RendererTest {
    private static final Renderer RENDERER = new Renderer(new Defaults("quay.io/os/base:1", ""));

    private static MachineConfigFacts config(String name, String role, Map<String, Object> spec) {
        return new MachineConfigFacts(name, Map.of(Keys.ROLE_LABEL, role), false, spec);
    }

    private static MachineConfigFacts worker(String name, Map<String, Object> spec) {
        return config(name, "worker", spec);
    }

    private static Map<String, Object> ignition(String section, Object value) {
        return Map.of("config", Map.of("ignition", Map.of("version", "3.2.0"), section, value));
    }

    private static Map<String, Object> file(String path, String source) {
        return Map.of("path", path, "contents", Map.of("source", source));
    }

    private static Map<String, Object> files(Object... files) {
        return ignition("storage", Map.of("files", List.of(files)));
    }

    private static Rendered rendered(MachineConfigFacts... configs) {
        return (Rendered) RENDERER.render("layered", List.of(configs));
    }

    private static String refused(MachineConfigFacts... configs) {
        return ((Refused) RENDERER.render("layered", List.of(configs))).sentence();
    }

    private static Tree spec(MachineConfigFacts... configs) {
        return Tree.root(rendered(configs).spec());
    }

    @Test
    void rendersTheEmptyConfigWhereNothingIsSelected() {
        Rendered rendered = rendered();
        assertThat(rendered.name()).matches("rendered-layered-[0-9a-f]{32}");
        assertThat(CanonicalJson.text(rendered.spec())).isEqualTo("{\"baseOSExtensionsContainerImage\":\"\","
                + "\"config\":{\"ignition\":{\"version\":\"3.5.0\"}},\"extensions\":[],\"fips\":false,\"kernelArguments\":[],"
                + "\"kernelType\":\"default\",\"osImageURL\":\"quay.io/os/base:1\"}");
        assertThat(rendered.sources()).isEmpty();
    }

    @Test
    void theNameIsTheSha256OfTheCanonicalSpec() {
        Rendered rendered = rendered(worker("a", Map.of("kernelArguments", List.of("quiet"))));
        String hash = dev.varve.contract.Names.sha256(CanonicalJson.bytes(rendered.spec())).substring(0, 32);
        assertThat(rendered.name()).isEqualTo("rendered-layered-" + hash);
        assertThat(rendered.name()).isNotEqualTo(rendered().name());
    }

    @Test
    void namesOfTheSourcesDoNotCount() {
        assertThat(rendered(worker("a", Map.of("fips", true))).name()).isEqualTo(rendered(worker("b", Map.of("fips", true))).name());
    }

    @Test
    void anyOrderGivesTheSameBytes() {
        var configs = new ArrayList<>(List.of(
                worker("00-worker", files(file("/etc/a", "data:,one"), file("/etc/b", "data:,b"))),
                worker("99-worker", files(file("/etc/a", "data:,two"))),
                config("50-layered", "layered", files(file("/etc/a", "data:,three"))),
                worker("50-kargs", Map.of("kernelArguments", List.of("a", "b"))),
                config("10-kargs", "layered", Map.of("kernelArguments", List.of("c", "a"), "kernelType", "realtime"))));
        String first = CanonicalJson.text(((Rendered) RENDERER.render("p", configs)).spec());
        var random = new Random(7);
        for (int i = 0; i < 50; i++) {
            Collections.shuffle(configs, random);
            assertThat(CanonicalJson.text(((Rendered) RENDERER.render("p", configs)).spec())).isEqualTo(first);
        }
        assertThat(first).contains("data:,three").doesNotContain("data:,one", "data:,two");
        assertThat(first).contains("\"kernelArguments\":[\"a\",\"b\",\"c\",\"a\"]");
    }

    @Test
    void aConfigOfThePoolOverridesAWorkersWhateverTheirNames() {
        Tree file = spec(worker("99-z", files(file("/etc/a", "data:,worker"))), config("00-a", "layered", files(file("/etc/a", "data:,pool"))))
                .at("config").at("storage").at("files").list().getFirst();
        assertThat(file.at("contents").at("source").string("")).isEqualTo("data:,pool");
    }

    @Test
    void aLaterFileKeepsWhatItDoesNotSayAndResetsCompression() {
        Map<String, Object> packed = Map.of("path", "/etc/a", "mode", 384,
                "contents", Map.of("source", "data:;base64,H4sI", "compression", "gzip"));
        Tree file = spec(worker("1", files(packed)), worker("2", files(file("/etc/a", "data:,plain"))))
                .at("config").at("storage").at("files").list().getFirst();
        assertThat(file.at("mode").integer()).contains(384);
        assertThat(file.at("contents").map()).isEqualTo(Map.of("source", "data:,plain"));
        assertThat(file.at("overwrite").bool()).contains(true);
    }

    @Test
    void unitsMergeByNameAndDropinsByTheirs() {
        Tree unit = spec(
                worker("1", ignition("systemd", Map.of("units", List.of(Map.of("name", "a.service", "enabled", true, "contents", "old",
                        "dropins", List.of(Map.of("name", "10-x.conf", "contents", "x"), Map.of("name", "20-y.conf", "contents", "y"))))))),
                worker("2", ignition("systemd", Map.of("units", List.of(Map.of("name", "a.service", "contents", "new",
                        "dropins", List.of(Map.of("name", "20-y.conf", "contents", "z"))))))))
                .at("config").at("systemd").at("units").list().getFirst();
        assertThat(unit.at("contents").string("")).isEqualTo("new");
        assertThat(unit.at("enabled").bool()).contains(true);
        assertThat(unit.at("dropins").list()).extracting(d -> d.at("contents").string("")).containsExactly("x", "z");
    }

    @Test
    void keysOfCoreAreGatheredOnce() {
        Tree user = spec(worker("1", ignition("passwd", Map.of("users", List.of(Map.of("name", "core", "sshAuthorizedKeys", List.of("k1", "k2")))))),
                worker("2", ignition("passwd", Map.of("users", List.of(Map.of("name", "core", "sshAuthorizedKeys", List.of("k2", "k3")))))))
                .at("config").at("passwd").at("users").list().getFirst();
        assertThat(user.at("sshAuthorizedKeys").value()).isEqualTo(List.of("k1", "k2", "k3"));
    }

    @Test
    void fipsIsEitherAndALaterDefaultKernelTakesNothingBack() {
        Tree spec = spec(worker("1", Map.of("fips", true, "kernelType", "realtime")), worker("2", Map.of("fips", false, "kernelType", "default")));
        assertThat(spec.at("fips").bool()).contains(true);
        assertThat(spec.at("kernelType").string("")).isEqualTo("realtime");
    }

    @Test
    void aPersonsImageWinsOverAControllersAndBothOverTheDefault() {
        var generated = new MachineConfigFacts("zz", Map.of(), true, Map.of("osImageURL", "quay.io/os/generated:1"));
        var written = new MachineConfigFacts("aa", Map.of(), false, Map.of("osImageURL", "quay.io/os/own:1"));
        assertThat(spec().at("osImageURL").string("")).isEqualTo("quay.io/os/base:1");
        assertThat(spec(generated).at("osImageURL").string("")).isEqualTo("quay.io/os/generated:1");
        assertThat(spec(generated, written).at("osImageURL").string("")).isEqualTo("quay.io/os/own:1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.0.0", "3.1.0", "3.2.0", "3.3.0", "3.4.0", "3.5.0"})
    void readsIgnitionThree(String version) {
        var config = worker("a", Map.of("config", Map.of("ignition", Map.of("version", version))));
        assertThat(RENDERER.render("p", List.of(config))).isInstanceOf(Rendered.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.2.0", "3.6.0", "3.5.0-experimental", ""})
    void refusesOtherVersions(String version) {
        assertThat(refused(worker("50-a", Map.of("config", Map.of("ignition", Map.of("version", version))))))
                .isEqualTo("MachineConfig 50-a: spec.config.ignition.version is \"" + version
                        + "\"; want an Ignition version from 3.0.0 to 3.5.0");
    }

    @ParameterizedTest
    @CsvSource({"disks", "raid", "filesystems", "luks"})
    void refusesWhatChangesADisk(String section) {
        assertThat(refused(worker("50-disk", ignition("storage", Map.of(section, List.of(Map.of("device", "/dev/sda")))))))
                .startsWith("MachineConfig 50-disk: spec.config.storage." + section + " cannot go into an image; ")
                .endsWith("when the node is installed");
    }

    @Test
    void emptySectionsAreNotRefused() {
        assertThat(RENDERER.render("p", List.of(worker("a", ignition("storage", Map.of("disks", List.of()))))))
                .isInstanceOf(Rendered.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /etc/../../x | want an absolute path
            etc/x        | want an absolute path
            /etc//x      | want an absolute path
            /run/x       | /run is empty at each boot
            /tmp/x       | /tmp is empty at each boot
            """)
    void refusesPathsThatAnImageCannotHold(String path, String rule) {
        assertThat(refused(worker("50-f", files(file(path, "data:,x")))))
                .contains("MachineConfig 50-f: spec.config.storage.files[0].path is \"" + path + "\"").contains(rule);
    }

    @Test
    void refusesContentsFromElsewhere() {
        assertThat(refused(worker("50-f", files(file("/etc/a", "https://example.com/x")))))
                .isEqualTo("MachineConfig 50-f: spec.config.storage.files[0].contents.source is not a data: URL;"
                        + " put the contents into the MachineConfig");
        assertThat(refused(worker("50-f", files(file("/etc/a", "data:;base64,???"))))).contains("cannot be read");
        assertThat(refused(worker("50-f", files(Map.of("path", "/etc/a", "append", List.of(Map.of("source", "data:,x")))))))
                .contains("append cannot go into an image");
    }

    @Test
    void refusesOtherUsersAndOtherFieldsOfCore() {
        assertThat(refused(worker("50-u", ignition("passwd", Map.of("users", List.of(Map.of("name", "joe")))))))
                .contains("MachineConfig 50-u: spec.config.passwd.users[0].name is \"joe\"; core is the only user");
        assertThat(refused(worker("50-u", ignition("passwd", Map.of("users", List.of(Map.of("name", "core", "passwordHash", "x")))))))
                .contains("passwordHash cannot go into an image");
    }

    @Test
    void refusesUnitNamesThatAreNone() {
        assertThat(refused(worker("50-u", ignition("systemd", Map.of("units", List.of(Map.of("name", "../x.service")))))))
                .contains("want a systemd unit name");
    }

    @Test
    void refusesUnknownExtensionsKernelsAndSections() {
        assertThat(refused(worker("50-e", Map.of("extensions", List.of("nope"))))).contains("invalid extensions found: [nope]");
        assertThat(refused(worker("50-k", Map.of("kernelType", "fast")))).contains("spec.kernelType is \"fast\"");
        assertThat(refused(worker("50-k", Map.of("kernelType", "realtime", "extensions", List.of("kernel-devel")))))
                .contains("installing kernel-devel extension is not supported with kernelType: realtime");
        assertThat(refused(worker("50-s", ignition("sytemd", Map.of("units", List.of("x")))))).contains("is not a section of Ignition 3");
    }

    @Test
    void aWrongTypeIsRefusedByNameNotThrown() {
        assertThat(refused(worker("50-t", Map.of("fips", "yes")))).startsWith("MachineConfig 50-t: spec.fips is \"yes\"");
    }

    @Test
    void refusesWhatIsTooLarge() {
        assertThat(refused(worker("50-l", files(file("/etc/a", "data:," + "x".repeat(Renderer.MAX_BYTES))))))
                .contains("may have 1572864");
    }
}
