package dev.varve.sandbox.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.policy.v1.EvictionBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Varve relies on in an API server, seen through the client that it uses. Long, because it is one list of behaviours. */
final class ApiServerContractTest {
    private static final ResourceDefinitionContext GADGET = new ResourceDefinitionContext.Builder()
            .withGroup("contract.varve.dev").withVersion("v1").withKind("Gadget").withPlural("gadgets").withNamespaced(false).build();
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
    private static ContractServer server;
    private static KubernetesClient client;

    /** Of this test: names that no other test uses, and a namespace. */
    private final String unique = "t" + UUID.randomUUID().toString().substring(0, 8);

    @BeforeAll
    static void start() {
        server = ContractServer.start();
        client = server.client();
        client.load(ApiServerContractTest.class.getResourceAsStream("gadgets.yaml")).serverSideApply();
        await().until(() -> client.apiextensions().v1().customResourceDefinitions().withName("gadgets.contract.varve.dev").get()
                .getStatus().getConditions().stream()
                .anyMatch(condition -> condition.getType().equals("Established") && condition.getStatus().equals("True")));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void namespace() {
        client.resource(new NamespaceBuilder().withNewMetadata().withName(unique).endMetadata().build()).create();
    }

    @AfterEach
    void tidy() {
        client.namespaces().withName(unique).delete();
        client.nodes().withLabel("test", unique).delete();
        client.genericKubernetesResources(GADGET).withLabel("test", unique).delete();
    }

    // ---- reading and watching

    @Test
    void aDeletionBetweenListAndWatchIsHeard() {
        Node node = node("a");
        String listed = client.nodes().list().getMetadata().getResourceVersion();
        client.resource(node).delete();
        node("b");

        var events = new CopyOnWriteArrayList<String>();
        try (Watch _ = client.nodes().withLabel("test", unique)
                .watch(new ListOptionsBuilder().withResourceVersion(listed).build(), recorder(events))) {
            await().untilAsserted(() -> assertThat(events).containsExactly("DELETED " + name("a"), "ADDED " + name("b")));
        }
    }

    @Test
    void aWatchWithoutAVersionStartsWithWhatThereIs() {
        node("a");
        var events = new CopyOnWriteArrayList<String>();
        try (Watch _ = client.nodes().withLabel("test", unique).watch(recorder(events))) {
            node("b");
            await().untilAsserted(() -> assertThat(events).containsExactly("ADDED " + name("a"), "ADDED " + name("b")));
        }
    }

    @Test
    void aWatchWithASelectorSeesObjectsComeAndGoAsTheyMatch() {
        configMap("a", Map.of("colour", "red"));
        var events = new CopyOnWriteArrayList<String>();
        try (Watch _ = client.configMaps().inNamespace(unique).withLabel("colour", "red").watch(recorder(events))) {
            await().until(() -> events.size() == 1);
            label("a", "colour", "blue");
            label("a", "shape", "round");
            label("a", "colour", "red");
            await().untilAsserted(() -> assertThat(events).containsExactly("ADDED a", "DELETED a", "ADDED a"));
        }
    }

    @Test
    void anInformerOnOneNodeSeesItsPodsOnly() {
        pod("mine", name("a"));
        pod("other", name("b"));
        Pod unbound = pod("unbound", "");
        try (var informer = client.pods().inNamespace(unique).withField("spec.nodeName", name("a")).inform()) {
            assertThat(informer.getStore().list()).extracting(pod -> pod.getMetadata().getName()).containsExactly("mine");
            bind("unbound");
            await().untilAsserted(() -> assertThat(informer.getStore().list())
                    .extracting(pod -> pod.getMetadata().getUid()).contains(unbound.getMetadata().getUid()).hasSize(2));
        }
    }

    @Test
    void aSchedulersWatchLosesSightOfAPodOnceItIsBound() {
        pod("unbound", "");
        var events = new CopyOnWriteArrayList<String>();
        try (Watch _ = client.pods().inNamespace(unique).withField("spec.nodeName", "").watch(recorder(events))) {
            await().until(() -> events.size() == 1);
            bind("unbound");
            await().untilAsserted(() -> assertThat(events).containsExactly("ADDED unbound", "DELETED unbound"));
        }
        assertThat(assertRefused(409, () -> bind("unbound")).getMessage())
                .contains("pod unbound is already assigned to node \"" + name("a") + "\"");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            tier=front                    | a b
            tier==front,colour=red        | a
            tier!=front                   | c d
            tier                          | a b c
            !tier                         | d
            tier in (front, back)         | a b c
            tier notin (front)            | c d
            colour in (red),tier!=back    | a
            """)
    void labelSelectors(String selector, String expected) {
        configMap("a", Map.of("tier", "front", "colour", "red"));
        configMap("b", Map.of("tier", "front", "colour", "blue"));
        configMap("c", Map.of("tier", "back", "colour", "red"));
        configMap("d", Map.of("colour", "green"));
        assertThat(configMaps(new ListOptionsBuilder().withLabelSelector(selector + ",test=" + unique).build()))
                .containsExactly(expected.split(" "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            metadata.name=one                            | one
            spec.nodeName=n1                             | one two
            spec.nodeName==n1,status.phase=Running       | one
            spec.nodeName=n1,status.phase!=Running       | two
            spec.nodeName=                               | four
            spec.nodeName!=n1                            | four three
            """)
    void fieldSelectorsOnPods(String selector, String expected) {
        phase(pod("one", "n1"), "Running");
        pod("two", "n1");
        pod("three", "n2");
        pod("four", "");
        var options = new ListOptionsBuilder().withFieldSelector(selector).build();
        assertThat(client.pods().inNamespace(unique).list(options).getItems())
                .extracting(pod -> pod.getMetadata().getName()).containsExactly(expected.split(" "));
    }

    // ---- writing

    @Test
    void aNullInAMergePatchRemovesTheKey() {
        configMap("a", Map.of("keep", "1", "drop", "2"));
        client.configMaps().inNamespace(unique).withName("a").patch(MERGE, "{\"metadata\":{\"labels\":{\"drop\":null}}}");
        assertThat(configMap("a").getMetadata().getLabels()).containsKey("keep").doesNotContainKey("drop");
    }

    @Test
    void aJsonPatchWhoseTestFailsIsRefusedAtOnce() {
        configMap("a", Map.of("k", "1"));
        String patch = "[{\"op\":\"test\",\"path\":\"/metadata/labels/k\",\"value\":\"2\"},"
                + "{\"op\":\"remove\",\"path\":\"/metadata/labels/k\"}]";
        assertRefused(422, () -> client.configMaps().inNamespace(unique).withName("a")
                .patch(PatchContext.of(PatchType.JSON), patch));
        assertThat(configMap("a").getMetadata().getLabels()).containsEntry("k", "1");
        client.configMaps().inNamespace(unique).withName("a")
                .patch(PatchContext.of(PatchType.JSON), patch.replace("\"2\"", "\"1\""));
        assertThat(configMap("a").getMetadata().getLabels()).doesNotContainKey("k");
    }

    @Test
    void aStrategicPatchMergesListsByTheirKeys() {
        Pod pod = client.resource(new PodBuilder(podNamed("a", "")).editSpec()
                .addToContainers(new ContainerBuilder().withName("side").withImage("s:1").build()).endSpec().build()).create();
        var strategic = PatchContext.of(PatchType.STRATEGIC_MERGE);
        client.resource(pod).patch(strategic, "{\"spec\":{\"containers\":[{\"name\":\"side\",\"image\":\"s:2\"}]}}");
        assertThat(client.resource(pod).get().getSpec().getContainers())
                .extracting(container -> container.getName() + "=" + container.getImage()).containsExactly("main=m:1", "side=s:2");
        phase(pod, "Running");
        client.resource(pod).subresource("status").patch(strategic,
                "{\"status\":{\"conditions\":[{\"type\":\"Extra\",\"status\":\"True\"}]}}");
        assertThat(client.resource(pod).get().getStatus().getConditions())
                .extracting(condition -> condition.getType()).containsExactlyInAnyOrder("Ready", "Extra");
        client.resource(pod).subresource("status").patch(strategic,
                "{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"$patch\":\"delete\"}]}}");
        assertThat(client.resource(pod).get().getStatus().getConditions())
                .extracting(condition -> condition.getType()).containsExactly("Extra");
    }

    @Test
    void taintsAreReplacedAsAWhole() {
        Node node = node("a");
        var strategic = PatchContext.of(PatchType.STRATEGIC_MERGE);
        client.resource(node).patch(strategic, "{\"spec\":{\"taints\":[{\"key\":\"a\",\"effect\":\"NoSchedule\"}]}}");
        client.resource(node).patch(strategic, "{\"spec\":{\"taints\":[{\"key\":\"b\",\"effect\":\"NoSchedule\"}]}}");
        assertThat(client.resource(node).get().getSpec().getTaints()).extracting(taint -> taint.getKey()).containsExactly("b");
    }

    @Test
    void serverSideApplyCreatesAndMerges() {
        ConfigMap first = new ConfigMapBuilder().withNewMetadata().withName("a").withNamespace(unique).endMetadata()
                .addToData("x", "1").build();
        client.resource(first).fieldManager("one").serverSideApply();
        ConfigMap second = new ConfigMapBuilder(first).withData(Map.of("y", "2")).build();
        client.resource(second).fieldManager("two").serverSideApply();
        assertThat(configMap("a").getData()).containsOnly(Map.entry("x", "1"), Map.entry("y", "2"));
    }

    @Test
    void aStaleWriteIsAConflict() {
        ConfigMap old = configMap("a", Map.of());
        label("a", "k", "1");
        String message = "Operation cannot be fulfilled on configmaps \"a\": the object has been modified; "
                + "please apply your changes to the latest version and try again";
        assertThat(assertRefused(409, () -> client.resource(old).update()).getMessage()).isEqualTo(message);
        String patch = "{\"metadata\":{\"resourceVersion\":\"%s\",\"labels\":{\"k\":\"2\"}}}"
                .formatted(old.getMetadata().getResourceVersion());
        assertRefused(409, () -> client.configMaps().inNamespace(unique).withName("a").patch(MERGE, patch));
        assertThat(configMap("a").getMetadata().getLabels()).containsEntry("k", "1");
    }

    @Test
    void aWriteThatChangesNothingIsNoChange() {
        ConfigMap before = configMap("a", Map.of("k", "1"));
        label("a", "k", "1");
        client.configMaps().inNamespace(unique).withName("a").patch(MERGE, "{\"metadata\":{\"annotations\":{\"absent\":null}}}");
        client.resource(before).update();
        assertThat(configMap("a").getMetadata().getResourceVersion()).isEqualTo(before.getMetadata().getResourceVersion());
    }

    @Test
    void aDryRunLeavesNothingBehind() {
        client.resource(configMapNamed("a", Map.of())).dryRun().create();
        assertThat(configMap("a")).isNull();
        configMap("b", Map.of());
        client.configMaps().inNamespace(unique).withName("b").dryRun().delete();
        assertThat(configMap("b")).isNotNull();
    }

    @Test
    void aGeneratedNameHasFiveMoreCharacters() {
        ConfigMap created = client.resource(new ConfigMapBuilder().withNewMetadata().withGenerateName("gen-").withNamespace(unique)
                .endMetadata().build()).create();
        assertThat(created.getMetadata().getName()).matches("gen-[a-z0-9]{5}");
    }

    @Test
    void whatIsMissingOrThereAlreadyIsSaidInTheRealWords() {
        assertThat(assertRefused(404, () -> client.nodes().withName(name("a")).patch(MERGE, "{\"spec\":{}}")).getMessage())
                .isEqualTo("nodes \"%s\" not found".formatted(name("a")));
        configMap("a", Map.of());
        assertThat(assertRefused(409, () -> configMap("a", Map.of())).getMessage()).isEqualTo("configmaps \"a\" already exists");
        assertThat(assertRefused(404, () -> client.resource(new ConfigMapBuilder().withNewMetadata().withName("a")
                .withNamespace(unique + "-no").endMetadata().build()).create()).getMessage())
                .isEqualTo("namespaces \"%s-no\" not found".formatted(unique));
        assertThat(client.configMaps().inNamespace(unique).withName("b").delete()).isEmpty();
    }

    @Test
    void namesAndLabelsAreChecked() {
        assertThat(assertRefused(422, () -> configMap("Not_A_Name", Map.of())).getMessage())
                .startsWith("ConfigMap \"Not_A_Name\" is invalid: metadata.name: Invalid value: \"Not_A_Name\": "
                        + "a lowercase RFC 1123 subdomain must consist of");
        assertThat(assertRefused(422, () -> configMap("a", Map.of("k", "a b"))).getMessage()).contains("metadata.labels: Invalid value: \"a b\"");
        assertThat(assertRefused(422, () -> client.resource(new ConfigMapBuilder(configMapNamed("a", Map.of())).editMetadata()
                .addToAnnotations("big", "x".repeat(262_145)).endMetadata().build()).create()).getMessage())
                .contains("metadata.annotations: Too long: may not be more than 262144 bytes");
    }

    @Test
    void aSecretsTextsBecomeItsData() {
        Secret secret = client.resource(new SecretBuilder().withNewMetadata().withName("s").withNamespace(unique).endMetadata()
                .addToStringData("user", "me").build()).create();
        assertThat(secret.getData()).containsEntry("user", "bWU=");
        assertThat(secret.getStringData()).isNullOrEmpty();
        assertThat(secret.getType()).isEqualTo("Opaque");
    }

    // ---- status and generation

    @Test
    void aNodesStatusIsOnlyWrittenAsStatus() {
        Node node = client.resource(new NodeBuilder(node("a")).withNewStatus().endStatus().build()).get();
        client.resource(new NodeBuilder(node).withNewStatus().withPhase("Running").endStatus()
                .editMetadata().addToLabels("k", "1").endMetadata().build()).update();
        Node updated = client.resource(node).get();
        assertThat(updated.getMetadata().getLabels()).containsEntry("k", "1");
        assertThat(client.getKubernetesSerialization().asJson(updated)).doesNotContain("Running");
        client.resource(new NodeBuilder(updated).withNewStatus().withPhase("Running").endStatus()
                .editOrNewSpec().withUnschedulable(true).endSpec().build()).updateStatus();
        assertThat(client.resource(node).get().getStatus().getPhase()).isEqualTo("Running");
        assertThat(client.resource(node).get().getSpec().getUnschedulable()).isNull();
    }

    @Test
    void theGenerationCountsChangesOfTheSpecOnly() {
        gadget("a", "red");
        gadgetPatch("a", "{\"metadata\":{\"annotations\":{\"k\":\"v\"}},\"status\":{\"phase\":\"ignored\"}}");
        assertThat(gadget("a").getMetadata().getGeneration()).isEqualTo(1);
        assertThat(gadget("a").getAdditionalProperties()).doesNotContainKey("status");
        client.genericKubernetesResources(GADGET).withName(name("a")).subresource("status")
                .patch(MERGE, "{\"status\":{\"phase\":\"Ready\"},\"spec\":{\"colour\":\"blue\"}}");
        assertThat(gadget("a").getMetadata().getGeneration()).isEqualTo(1);
        assertThat((String) gadget("a").get("status", "phase")).isEqualTo("Ready");
        assertThat((String) gadget("a").get("spec", "colour")).isEqualTo("red");
        gadgetPatch("a", "{\"spec\":{\"colour\":\"blue\"}}");
        assertThat(gadget("a").getMetadata().getGeneration()).isEqualTo(2);
    }

    // ---- custom kinds

    @Test
    void aSchemasDefaultsAreFilledIn() {
        gadget("a", "red");
        assertThat((Integer) gadget("a").get("spec", "size")).isEqualTo(3);
        assertThat((String) gadget("a").get("spec", "box", "lid")).isEqualTo("closed");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {"spec":{"colour":null}}                 | spec.colour: Required value
            {"spec":{"colour":"pink"}}               | spec.colour: Unsupported value: "pink": supported values: "red", "blue"
            {"spec":{"size":"big"}}                  | spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"
            {"spec":{"size":0}}                      | spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1
            {"spec":{"owner":"Me"}}                  | spec.owner: Invalid value: "Me": spec.owner in body should match '^[a-z]+$'
            {"spec":{"owner":"x"}}                   | spec.owner: Invalid value: "x": spec.owner in body should be at least 2 chars long
            {"spec":{"owner":"toolonganame"}}        | spec.owner: Too long: may not be more than 8 bytes
            """)
    void whatTheSchemaForbidsIsRefusedInTheRealWords(String patch, String expected) {
        gadget("a", "red");
        Status status = assertRefused(422, () -> gadgetPatch("a", patch));
        assertThat(status.getReason()).isEqualTo("Invalid");
        assertThat(status.getMessage()).isEqualTo("Gadget.contract.varve.dev \"%s\" is invalid: %s".formatted(name("a"), expected));
        assertThat(status.getDetails().getCauses()).hasSize(1);
    }

    @Test
    void aCustomObjectIsNotReplacedBlindly() {
        GenericKubernetesResource gadget = gadget("a", "red");
        gadget.getMetadata().setResourceVersion(null);
        String body = client.getKubernetesSerialization().asJson(gadget);
        assertThat(assertRefused(422, () -> client.raw("/apis/contract.varve.dev/v1/gadgets/" + name("a"), "PUT", body)).getMessage())
                .contains("metadata.resourceVersion: Invalid value: 0: must be specified for an update");
    }

    // ---- deletion

    @Test
    void aFinalizerHoldsTheObjectUntilItIsTakenOff() {
        ConfigMap held = client.resource(new ConfigMapBuilder(configMapNamed("a", Map.of())).editMetadata()
                .addToFinalizers("varve.dev/hold").endMetadata().build()).create();
        client.resource(held).delete();
        assertThat(configMap("a").getMetadata().getDeletionTimestamp()).isNotNull();
        client.configMaps().inNamespace(unique).withName("a").patch(MERGE, "{\"metadata\":{\"finalizers\":null}}");
        assertThat(configMap("a")).isNull();
    }

    @Test
    void dependentsGoWithTheirLastOwner() {
        ConfigMap first = configMap("first", Map.of());
        ConfigMap second = configMap("second", Map.of());
        client.resource(new ConfigMapBuilder(configMapNamed("of-both", Map.of())).editMetadata()
                .addToOwnerReferences(owner(first))
                .addToOwnerReferences(owner(second))
                .endMetadata().build()).create();
        ConfigMap child = client.resource(new ConfigMapBuilder(configMapNamed("child", Map.of())).editMetadata()
                .addToOwnerReferences(owner(first))
                .endMetadata().build()).create();
        client.resource(new ConfigMapBuilder(configMapNamed("grandchild", Map.of())).editMetadata()
                .addToOwnerReferences(owner(child))
                .endMetadata().build()).create();
        client.resource(first).delete();
        await().untilAsserted(() -> assertThat(configMaps(new ListOptionsBuilder().withLabelSelector("test=" + unique).build()))
                .containsExactly("of-both", "second"));
        client.resource(second).delete();
        await().until(() -> configMap("of-both") == null);
    }

    @Test
    void whatIsCreatedForAnOwnerThatHasGoneGoesToo() {
        ConfigMap gone = configMap("gone", Map.of());
        client.resource(gone).delete();
        client.resource(new ConfigMapBuilder(configMapNamed("late", Map.of())).editMetadata()
                .addToOwnerReferences(owner(gone)).endMetadata().build()).create();
        await().until(() -> configMap("late") == null);
    }

    @Test
    void aDeletionMeantForAnotherObjectOfThatNameIsAConflict() {
        ConfigMap map = configMap("a", Map.of());
        var options = new DeleteOptionsBuilder().withNewPreconditions().withUid("other").endPreconditions().build();
        String path = "/api/v1/namespaces/" + unique + "/configmaps/a";
        assertThat(assertRefused(409, () -> client.raw(path, "DELETE", options)).getMessage())
                .isEqualTo("Operation cannot be fulfilled on ConfigMap \"a\": the UID in the precondition (other) does not match the "
                        + "UID in record (" + map.getMetadata().getUid() + "). The object might have been deleted and then recreated");
        assertThat(configMap("a")).isNotNull();
    }

    @Test
    void aRunningPodStaysUntilItsKubeletLetsItGo() {
        Pod running = phase(pod("running", name("a")), "Running");
        Pod unbound = pod("unbound", "");
        client.resource(running).delete();
        client.resource(unbound).delete();
        assertThat(client.resource(running).get().getMetadata().getDeletionGracePeriodSeconds()).isEqualTo(30);
        assertThat(client.resource(running).get().getMetadata().getDeletionTimestamp()).isNotNull();
        assertThat(client.resource(unbound).get()).isNull();
        client.resource(running).withGracePeriod(0).delete();
        assertThat(client.resource(running).get()).isNull();
    }

    @Test
    void manyAreDeletedBySelector() {
        configMap("a", Map.of("k", "1"));
        configMap("b", Map.of("k", "1"));
        configMap("c", Map.of("k", "2"));
        client.raw("/api/v1/namespaces/" + unique + "/configmaps?labelSelector=k%3D1", "DELETE", null);
        assertThat(configMaps(new ListOptionsBuilder().withLabelSelector("test=" + unique).build())).containsExactly("c");
    }

    @Test
    void aNamespaceTakesItsContentAlong() {
        configMap("a", Map.of());
        client.namespaces().withName(unique).delete();
        await().until(() -> client.namespaces().withName(unique).get() == null);
        assertThat(configMap("a")).isNull();
    }

    // ---- eviction

    @Test
    void anEvictionIsCountedAgainstTheBudgetUntilItIsSpent() {
        Pod first = phase(pod("web-0", name("a")), "Running");
        Pod second = phase(pod("web-1", name("a")), "Running");
        budget("web", 1);
        evict(first, first.getMetadata().getUid());
        assertThat(client.resource(first).get().getMetadata().getDeletionTimestamp()).isNotNull();
        PodDisruptionBudget spent = client.policy().v1().podDisruptionBudget().inNamespace(unique).withName("web").get();
        assertThat(spent.getStatus().getDisruptionsAllowed()).isZero();
        assertThat(spent.getStatus().getDisruptedPods()).containsOnlyKeys("web-0");
        assertThat(spent.getMetadata().getGeneration()).isEqualTo(1);

        Status status = assertRefused(429, () -> evict(second, second.getMetadata().getUid()));
        assertThat(status.getReason()).isEqualTo("TooManyRequests");
        assertThat(status.getMessage()).isEqualTo("Cannot evict pod as it would violate the pod's disruption budget.");
        assertThat(status.getDetails().getCauses()).containsExactly(new StatusCause(
                null, "The disruption budget web needs 3 healthy pods and has 3 currently", "DisruptionBudget"));
        assertThat(client.resource(second).get().getMetadata().getDeletionTimestamp()).isNull();
    }

    @Test
    void anEvictionMeantForAnEarlierPodOfThatNameIsAConflict() {
        Pod pod = phase(pod("web-0", name("a")), "Running");
        budget("web", 1);
        assertRefused(409, () -> evict(pod, "earlier"));
        assertThat(client.resource(pod).get().getMetadata().getDeletionTimestamp()).isNull();
    }

    @Test
    void anEvictionWaitsForABudgetWhoseStatusIsNotThereYet() {
        Pod pod = phase(pod("web-0", name("a")), "Running");
        client.resource(budgetNamed("web")).create();
        Status status = assertRefused(429, () -> evict(pod, pod.getMetadata().getUid()));
        assertThat(status.getDetails().getCauses()).extracting(StatusCause::getMessage)
                .containsExactly("The disruption budget web is still being processed by the server.");
        assertThat(status.getDetails().getRetryAfterSeconds()).isEqualTo(10);
    }

    @Test
    void twoBudgetsForOnePodAreAnError() {
        Pod pod = phase(pod("web-0", name("a")), "Running");
        budget("one", 5);
        budget("two", 5);
        assertThat(assertRefused(500, () -> evict(pod, pod.getMetadata().getUid())).getMessage())
                .isEqualTo("This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.");
    }

    @Test
    void noBudgetGuardsAFinishedPod() {
        Pod pod = phase(pod("web-0", name("a")), "Succeeded");
        budget("web", 0);
        evict(pod, pod.getMetadata().getUid());
        assertThat(client.resource(pod).get()).isNull();
    }

    @Test
    void anUnreadyPodGoesWhileTheOthersAreEnough() {
        Pod pod = pod("web-0", name("a"));
        client.resource(pod).subresource("status").patch(MERGE,
                "{\"status\":{\"phase\":\"Running\",\"conditions\":[{\"type\":\"Ready\",\"status\":\"False\"}]}}");
        budget("web", 0);
        evict(pod, pod.getMetadata().getUid());
        assertThat(client.resource(pod).get().getMetadata().getDeletionTimestamp()).isNotNull();
    }

    @Test
    void anEvictionOfNoPodIsNotFound() {
        assertRefused(404, () -> evict(podNamed("gone", name("a")), "x"));
    }

    // ---- leases

    @Test
    void oneLeadsAndTheOtherFollowsWhenItStops() {
        var leaders = new CopyOnWriteArrayList<String>();
        var one = elector("one", leaders).start();
        await().untilAsserted(() -> assertThat(leaders).containsExactly("one"));
        var two = elector("two", leaders).start();
        await().during(Duration.ofMillis(300)).untilAsserted(() -> assertThat(leaders).containsExactly("one"));
        one.cancel(true);
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(leaders).containsExactly("one", "two"));
        two.cancel(true);
    }

    // ---- builders

    private LeaderElector elector(String identity, List<String> leaders) {
        return client.leaderElector().withConfig(new LeaderElectionConfigBuilder()
                .withName(unique).withLock(new LeaseLock(unique, "leader", identity)).withReleaseOnCancel(true)
                .withLeaseDuration(Duration.ofSeconds(2)).withRenewDeadline(Duration.ofSeconds(1)).withRetryPeriod(Duration.ofMillis(100))
                .withLeaderCallbacks(new LeaderCallbacks(() -> leaders.add(identity), () -> {}, _ -> {})).build()).build();
    }

    private String name(String suffix) {
        return unique + "-" + suffix;
    }

    private Node node(String suffix) {
        return client.resource(new NodeBuilder().withNewMetadata().withName(name(suffix)).addToLabels("test", unique)
                .endMetadata().build()).create();
    }

    private ConfigMap configMapNamed(String name, Map<String, String> labels) {
        return new ConfigMapBuilder().withNewMetadata().withName(name).withNamespace(unique).addToLabels("test", unique)
                .addToLabels(labels).endMetadata().build();
    }

    private static OwnerReference owner(ConfigMap owner) {
        return new OwnerReferenceBuilder().withApiVersion("v1").withKind("ConfigMap").withName(owner.getMetadata().getName())
                .withUid(owner.getMetadata().getUid()).build();
    }

    private ConfigMap configMap(String name, Map<String, String> labels) {
        return client.resource(configMapNamed(name, labels)).create();
    }

    private ConfigMap configMap(String name) {
        return client.configMaps().inNamespace(unique).withName(name).get();
    }

    private List<String> configMaps(io.fabric8.kubernetes.api.model.ListOptions options) {
        return client.configMaps().inNamespace(unique).list(options).getItems().stream().map(map -> map.getMetadata().getName()).toList();
    }

    private void label(String configMap, String key, String value) {
        client.configMaps().inNamespace(unique).withName(configMap)
                .patch(MERGE, "{\"metadata\":{\"labels\":{\"%s\":\"%s\"}}}".formatted(key, value));
    }

    private Pod podNamed(String name, String node) {
        return new PodBuilder().withNewMetadata().withName(name).withNamespace(unique).addToLabels("app", "web").endMetadata()
                .withNewSpec().withNodeName(node.isEmpty() ? null : node).withAutomountServiceAccountToken(false)
                .addNewContainer().withName("main").withImage("m:1").endContainer().endSpec().build();
    }

    private Pod pod(String name, String node) {
        return client.resource(podNamed(name, node)).create();
    }

    private Pod phase(Pod pod, String phase) {
        return client.resource(pod).subresource("status").patch(MERGE,
                "{\"status\":{\"phase\":\"%s\",\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}".formatted(phase));
    }

    private void bind(String pod) {
        client.raw("/api/v1/namespaces/" + unique + "/pods/" + pod + "/binding", "POST", Map.of(
                "apiVersion", "v1", "kind", "Binding", "metadata", Map.of("name", pod), "target", Map.of("name", name("a"))));
    }

    private PodDisruptionBudget budgetNamed(String name) {
        return new PodDisruptionBudgetBuilder().withNewMetadata().withName(name).withNamespace(unique).endMetadata()
                .withNewSpec().withMinAvailable(new IntOrString(3)).withNewSelector().addToMatchLabels("app", "web").endSelector()
                .endSpec().build();
    }

    private void budget(String name, int allowed) {
        client.resource(client.resource(budgetNamed(name)).create()).subresource("status").patch(MERGE,
                ("{\"status\":{\"observedGeneration\":1,\"disruptionsAllowed\":%d,\"desiredHealthy\":3,\"currentHealthy\":3,"
                        + "\"expectedPods\":4}}").formatted(allowed));
    }

    private void evict(Pod pod, String uid) {
        client.raw("/api/v1/namespaces/" + unique + "/pods/" + pod.getMetadata().getName() + "/eviction", "POST",
                new EvictionBuilder().withNewMetadata().withName(pod.getMetadata().getName()).withNamespace(unique).endMetadata()
                        .withDeleteOptions(new DeleteOptionsBuilder().withNewPreconditions().withUid(uid).endPreconditions().build()).build());
    }

    private GenericKubernetesResource gadget(String suffix, String colour) {
        return client.genericKubernetesResources(GADGET).resource(new GenericKubernetesResourceBuilder()
                .withApiVersion("contract.varve.dev/v1").withKind("Gadget")
                .withNewMetadata().withName(name(suffix)).addToLabels("test", unique).endMetadata()
                .addToAdditionalProperties("spec", Map.of("colour", colour)).build()).create();
    }

    private GenericKubernetesResource gadget(String suffix) {
        return client.genericKubernetesResources(GADGET).withName(name(suffix)).get();
    }

    private void gadgetPatch(String suffix, String patch) {
        client.genericKubernetesResources(GADGET).withName(name(suffix)).patch(MERGE, patch);
    }

    private static Status assertRefused(int code, ThrowingCallable call) {
        var refusal = new Status[1];
        assertThatThrownBy(call).asInstanceOf(InstanceOfAssertFactories.type(KubernetesClientException.class)).satisfies(e -> {
            assertThat(e.getCode()).as(e.getMessage()).isEqualTo(code);
            refusal[0] = e.getStatus();
        });
        return refusal[0];
    }

    private static <T extends io.fabric8.kubernetes.api.model.HasMetadata> Watcher<T> recorder(List<String> events) {
        return new Watcher<>() {
            @Override
            public void eventReceived(Action action, T object) {
                if (action != Action.BOOKMARK) {
                    events.add(action + " " + object.getMetadata().getName());
                }
            }

            @Override
            public void onClose(WatcherException cause) {
                events.add("CLOSED " + cause.getMessage());
            }
        };
    }
}
