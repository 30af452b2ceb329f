package dev.varve.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.contract.Pullspec;
import dev.varve.sandbox.quickstart.Guide;
import dev.varve.sandbox.scenario.Scene;
import dev.varve.testbed.host.Command;
import dev.varve.testbed.parts.Registry;
import dev.varve.testbed.state.Home;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds by buildah in a real build pod: what is lent to them, how they fail, and what sets them right. No node is layered. */
@TestbedScenario
class BuildsOnTestbedTest {
    private static final Duration BUILD = Duration.ofMinutes(3);
    private static final String WORKS = "FROM configs AS final\nRUN ostree container commit\n";
    private static final String PLANTED = "planted-7f3d9a";

    private final Home home = Home.of(Integer.getInteger(TestbedScenario.INDEX));
    @TempDir
    Path directory;
    private Testbed testbed;
    private KubernetesClient client;
    private Scene scene;

    @BeforeEach
    void attach() {
        testbed = Testbed.attach(home.index());
        testbed.reset();
        client = testbed.client();
        scene = new Scene(testbed);
        Guide.apply(client, Guide.credentials());
        Guide.apply(client, Guide.objects(client, "pool.yaml"));
    }

    @AfterEach
    void leave() {
        client.secrets().inNamespace(Guide.NAMESPACE).withName("etc-pki-entitlement").delete();
        client.configMaps().inNamespace(Guide.NAMESPACE).withName("etc-yum-repos-d").delete();
        testbed.close();
    }

    @Test
    void aSubscriptionIsThereForARunAndIsNowhereInTheImage() {
        client.resource(new SecretBuilder().withNewMetadata().withName("etc-pki-entitlement").withNamespace(Guide.NAMESPACE).endMetadata()
                .addToStringData("entitlement.pem", PLANTED).build()).create();
        client.resource(new ConfigMapBuilder().withNewMetadata().withName("etc-yum-repos-d").withNamespace(Guide.NAMESPACE).endMetadata()
                .addToData("varve.repo", "[varve]\nname=" + PLANTED + "\n").build()).create();
        build("FROM configs AS final\nRUN grep -q planted /etc/pki/entitlement/entitlement.pem && grep -q planted /etc/yum.repos.d/varve.repo"
                + " && ostree container commit\n");
        Path image = pulled(succeeded());
        assertThat(Command.of("sh", "-c", "cd \"$1\" && for f in *; do zcat -f \"$f\"; done | grep -c \"$2\"; true", "sh", image, PLANTED)
                        .output().strip())
                .isEqualTo("0");
    }

    @Test
    void aCommandThatFailsIsTheMessageItsLogIsKeptAndAnEditBuildsAnew() {
        build("FROM configs AS final\nRUN echo no such package: treee >&2; exit 3\n");
        assertThat(failed()).startsWith("attempt 1 of 3: container image-build exited with").contains("no such package: treee");
        List<ConfigMap> kept = client.configMaps().inNamespace(Guide.NAMESPACE)
                .withLabel("machineconfiguration.openshift.io/on-cluster-layering").list().getItems();
        assertThat(kept).singleElement().satisfies(log -> assertThat(log.getData().get("image-build.log")).contains("STEP", "treee"));
        scene.containerfile(unheardOf(WORKS));
        succeeded();
    }

    @Test
    void aPasswordThatIsRefusedIsNamedAndAMendedSecretBuildsByItself() {
        HasMetadata good = Guide.credentials().stream().filter(o -> o.getMetadata().getName().equals(Guide.PUSH_SECRET)).findFirst().orElseThrow();
        client.resource(new SecretBuilder().withNewMetadata().withName(Guide.PUSH_SECRET).withNamespace(Guide.NAMESPACE).endMetadata()
                .withType("kubernetes.io/dockerconfigjson")
                .addToStringData(".dockerconfigjson", "{\"auths\":{\"" + Guide.PUSH_HOST + "\":{\"username\":\"sandbox\",\"password\":\"" + PLANTED + "\"}}}")
                .build()).forceConflicts().serverSideApply();
        build(WORKS);
        assertThat(failed()).contains("container image-push", "authentication required", "mend the push secret").doesNotContain(PLANTED, "Another attempt");
        assertThat(client.configMaps().inNamespace(Guide.NAMESPACE).list().getItems().toString()).doesNotContain(PLANTED);
        assertThat(client.v1().events().inAnyNamespace().list().getItems().toString()).doesNotContain(PLANTED);
        Guide.apply(client, List.of(good));
        succeeded();
    }

    /** A text that the registry has no image of: it outlives a scenario, and what it has would be reused. */
    private static String unheardOf(String containerfile) {
        return "# " + UUID.randomUUID() + "\n" + containerfile;
    }

    private void build(String containerfile) {
        GenericKubernetesResource config = Guide.machineOSConfig();
        Map<String, Object> inputs = config.get("spec", "buildInputs");
        inputs.put("containerFile", List.of(Map.of("containerfileArch", "noarch", "content", unheardOf(containerfile))));
        Guide.apply(client, List.of(config));
    }

    private Pullspec succeeded() {
        String message = await().atMost(BUILD).until(() -> built(), built -> built.startsWith("True: ") || built.contains(": Failed"));
        assertThat(message).startsWith("True: ");
        return Pullspec.parse(message.substring(message.lastIndexOf(' ') + 1));
    }

    private String failed() {
        return await().atMost(BUILD).until(this::built, built -> built.contains("attempt") && built.contains("exited")).substring("False: ".length());
    }

    private String built() {
        return scene.condition(Guide.CONFIGS, "layered", "Built");
    }

    private Path pulled(Pullspec image) {
        Path copy = directory.resolve("image");
        Command.of("skopeo", "copy", "-q", "--insecure-policy", "--src-cert-dir", home.file("run/registry-trust"),
                "--src-creds", Registry.USER + ":" + Registry.PASSWORD,
                "docker://" + home.address() + ":5000/" + image.repository() + "@" + image.requireDigest(), "dir:" + copy).within(BUILD).run();
        return copy;
    }
}
