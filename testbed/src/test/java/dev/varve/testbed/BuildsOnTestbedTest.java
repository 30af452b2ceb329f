package dev.varve.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.contract.Keys;
import dev.varve.contract.Pullspec;
import dev.varve.sandbox.Cluster;
import dev.varve.sandbox.quickstart.Guide;
import dev.varve.sandbox.scenario.BuildScenario;
import dev.varve.testbed.state.Home;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds by buildah in a real build pod: what is lent to them, what they keep, and how they fail. */
@TestbedScenario
class BuildsOnTestbedTest extends BuildScenario {
    private static final String PLANTED = "planted-7f3d9a";
    private static final String CACHE = "build-cache";
    private static final String SIGNING = "signing";
    private static final String FILE = "99-cached";

    private final Home home = Home.of(Integer.getInteger(TestbedScenario.INDEX));
    @TempDir
    Path directory;

    @Override
    protected Cluster open() {
        return Testbed.attach(home.index());
    }

    @AfterEach
    void takeBackWhatWasLent() {
        var client = cluster.client();
        client.secrets().inNamespace(Guide.NAMESPACE).withName("etc-pki-entitlement").delete();
        client.secrets().inNamespace(Guide.NAMESPACE).withName(SIGNING).delete();
        client.configMaps().inNamespace(Guide.NAMESPACE).withName("etc-yum-repos-d").delete();
        client.resource(machineConfig("")).delete();
        client.persistentVolumeClaims().inNamespace(Guide.NAMESPACE).withName(CACHE).delete();
        client.persistentVolumes().withName(CACHE).delete();
    }

    @Test
    void aSubscriptionIsThereForARunAndIsNowhereInTheImage() {
        cluster.client().resource(new SecretBuilder().withNewMetadata().withName("etc-pki-entitlement").withNamespace(Guide.NAMESPACE).endMetadata()
                .addToStringData("entitlement.pem", PLANTED).build()).create();
        cluster.client().resource(new ConfigMapBuilder().withNewMetadata().withName("etc-yum-repos-d").withNamespace(Guide.NAMESPACE).endMetadata()
                .addToData("varve.repo", "[varve]\nname=" + PLANTED + "\n").build()).create();
        apply(Guide.machineOSConfig(unheardOf("FROM configs AS final\nRUN grep -q planted /etc/pki/entitlement/entitlement.pem"
                + " && grep -q planted /etc/yum.repos.d/varve.repo && ostree container commit\n")));
        assertThat(pulled(succeeded()).filesWith(PLANTED)).isZero();
    }

    @Test
    void aCommandThatFailsIsTheMessageItsLogIsKeptAndAnEditBuildsAnew() {
        apply(Guide.machineOSConfig(unheardOf("FROM configs AS final\nRUN echo no such package: treee >&2; exit 3\n")));
        assertThat(failed()).startsWith("attempt 1 of 3: container image-build exited with").contains("no such package: treee");
        List<ConfigMap> kept = cluster.client().configMaps().inNamespace(Guide.NAMESPACE).withLabel(Keys.ON_CLUSTER_LAYERING).list().getItems();
        assertThat(kept).singleElement().satisfies(log -> assertThat(log.getData().get("image-build.log")).contains("STEP", "treee"));
        scene.containerfile(unheardOf(WORKS));
        succeeded();
    }

    /** A stage that does not come from the pool's configs makes something that no other build would: who has it took it from the cache. */
    @Test
    void aClaimKeepsLayersFromOneBuildToTheNextUntilARebuildIsAskedFor() {
        policy(Map.of("cache", Map.of("claimName", CACHE)));
        Guide.apply(cluster.client(), List.of(machineConfig("one")));
        apply(Guide.machineOSConfig(unheardOf("FROM " + base() + " AS tool\nRUN head -c 16 /dev/urandom | sha256sum > /stamp\n"
                + "FROM configs AS final\nCOPY --from=tool /stamp /etc/stamp\nRUN ostree container commit\n")));
        await().atMost(soon()).until(this::built, built -> built.contains("persistentvolumeclaim \"" + CACHE + "\" not found"));
        createClaim();

        Pullspec first = scene.imageAfter("");
        String stamp = stamp(first);
        assertThat(stamp).isNotEmpty();
        Guide.apply(cluster.client(), List.of(machineConfig("two")));
        Pullspec second = scene.imageAfter(first.toString());
        assertThat(stamp(second)).isEqualTo(stamp);
        rebuild();
        assertThat(stamp(scene.imageAfter(second.toString()))).isNotEqualTo(stamp);
    }

    @Test
    void anImageIsSignedWithTheKeyOfThePolicy() throws Exception {
        policy(Map.of("signing", Map.of("secretName", SIGNING)));
        apply(Guide.machineOSConfig(unheardOf(WORKS)));
        await().atMost(soon()).until(this::built, built -> built.contains("waiting for Secret " + SIGNING + " with entries cosign.key and cosign.password"));
        Path keys = Path.of("src/test/resources/signing").toAbsolutePath();
        cluster.client().resource(new SecretBuilder().withNewMetadata().withName(SIGNING).withNamespace(Guide.NAMESPACE).endMetadata()
                .addToStringData("cosign.key", Files.readString(keys.resolve("cosign.key"))).addToStringData("cosign.password", "test").build()).create();
        Pullspec signed = succeeded();
        assertThat(CosignSignature.of(home, signed, directory.resolve("signed")))
                .hasValueSatisfying(signature -> {
                    assertThat(signature.isBy(keys.resolve("cosign.pub"))).isTrue();
                    assertThat(signature.payload()).contains(signed.requireDigest().toString(), signed.host() + "/" + signed.repository());
                });
        policy(Map.of());
        Pullspec unsigned = scene.imageAfter(signed.toString());
        assertThat(CosignSignature.of(home, unsigned, directory.resolve("unsigned"))).isEmpty();
    }

    private void createClaim() {
        cluster.client().resource(new PersistentVolumeBuilder().withNewMetadata().withName(CACHE).endMetadata()
                .withNewSpec()
                .withCapacity(Map.of("storage", new Quantity("20Gi")))
                .withAccessModes("ReadWriteOnce")
                .withStorageClassName(CACHE)
                .withNewHostPath().withPath("/var/lib/" + CACHE).withType("DirectoryOrCreate").endHostPath()
                .withNewNodeAffinity().withNewRequired().addNewNodeSelectorTerm()
                .addNewMatchExpression().withKey("kubernetes.io/hostname").withOperator("In").withValues(cluster.machines().getFirst()).endMatchExpression()
                .endNodeSelectorTerm().endRequired().endNodeAffinity()
                .endSpec().build()).create();
        cluster.client().resource(new PersistentVolumeClaimBuilder().withNewMetadata().withName(CACHE).withNamespace(Guide.NAMESPACE).endMetadata()
                .withNewSpec()
                .withAccessModes("ReadWriteOnce")
                .withStorageClassName(CACHE)
                .withNewResources().addToRequests("storage", new Quantity("10Gi")).endResources()
                .endSpec().build()).create();
    }

    /** A file in the pool's images. */
    private static GenericKubernetesResource machineConfig(String content) {
        return new GenericKubernetesResourceBuilder()
                .withApiVersion("machineconfiguration.openshift.io/v1").withKind("MachineConfig")
                .withNewMetadata().withName(FILE).addToLabels("machineconfiguration.openshift.io/role", Guide.POOL).endMetadata()
                .addToAdditionalProperties("spec", Map.of("config", Map.of(
                        "ignition", Map.of("version", "3.4.0"),
                        "storage", Map.of("files", List.of(Map.of(
                                "path", "/etc/cached", "mode", 420, "contents", Map.of("source", "data:," + content)))))))
                .build();
    }

    private String base() {
        return cluster.client().configMaps().inNamespace(Guide.NAMESPACE).withName("machine-config-osimageurl").get().getData().get("baseOSContainerImage");
    }

    private String stamp(Pullspec image) {
        return pulled(image).file("etc/stamp");
    }

    private Pulled pulled(Pullspec image) {
        return new Pulled(home, directory.resolve(image.requireDigest().hex()), image);
    }
}
