package dev.varve.controller.kube.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.varve.contract.Digest;
import dev.varve.contract.Keys;
import dev.varve.contract.Pullspec;
import dev.varve.controller.kube.RecordedEvents;
import dev.varve.controller.kube.render.RenderLoop;
import dev.varve.controller.loop.PoolLoop.Finding;
import dev.varve.controller.registry.DockerConfig;
import dev.varve.controller.registry.Inspection;
import dev.varve.controller.registry.RegistryException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Render and build loop over HTTP against a fake API server: every request is really made. */
class LoopsTest {
    private static final String BASE = "quay.io/os/base@sha256:" + "b".repeat(64);
    private static final String DIGEST = "sha256:" + "d".repeat(64);
    private static final String CONFIG = FakeApi.config("layered");
    private static final String POOL = FakeApi.pool("layered");

    private final FakeApi api = new FakeApi();
    private Inspection inspection = new Inspection.Found(new Digest(DIGEST), "amd64", Map.of("containers.bootc", "1"));
    /** What is under a tag: digests are asked for after a push, tags before one. */
    private Supplier<Inspection> tagged = Inspection.NotFound::new;
    private final RecordedEvents events = new RecordedEvents();
    private final RenderLoop render = new RenderLoop(api.client, api, "ns", "varve-test");
    private final BuildLoop build = new BuildLoop(api.client, api, "ns", this::inspect, BuilderSettings.DEFAULT, events);
    private Instant now = Instant.parse("2026-11-23T10:00:00Z");
    private Optional<Duration> again = Optional.empty();

    @BeforeEach
    void applyTheGuide() {
        api.put(POOL, Map.of("apiVersion", Keys.GROUP + "/v1", "kind", "MachineConfigPool", "spec", Map.of(
                "machineConfigSelector", Map.of("matchExpressions", List.of(
                        Map.of("key", Keys.ROLE_LABEL, "operator", "In", "values", List.of("worker", "layered")))),
                "nodeSelector", Map.of("matchLabels", Map.of("node-role.kubernetes.io/layered", "")))));
        api.put(FakeApi.own("configmaps", "machine-config-osimageurl"), Map.of("apiVersion", "v1", "kind", "ConfigMap",
                "data", Map.of("baseOSContainerImage", BASE)));
        secret("global-pull-secret-copy", "kubernetes.io/dockerconfigjson", ".dockerconfigjson");
        secret("builder-dockercfg-123", "kubernetes.io/dockercfg", ".dockercfg");
        machineConfig("50-hello", "worker", Map.of("config", Map.of("ignition", Map.of("version", "3.2.0"), "storage",
                Map.of("files", List.of(Map.of("path", "/etc/hello", "contents", Map.of("source", "data:,hi")))))));
        config("layered", "FROM configs AS final\nRUN rpm-ostree install tree && \\\n  ostree container commit");
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private Inspection inspect(Pullspec image, DockerConfig login) {
        return image.digest().isPresent() ? inspection : tagged.get();
    }

    private void config(String name, String containerfile) {
        api.put(FakeApi.config(name), Map.of("apiVersion", Keys.GROUP + "/v1alpha1", "kind", "MachineOSConfig", "spec", Map.of(
                "machineConfigPool", Map.of("name", "layered"),
                "buildInputs", Map.of(
                        "containerFile", List.of(Map.of("containerfileArch", "noarch", "content", containerfile)),
                        "imageBuilder", Map.of("imageBuilderType", "PodImageBuilder"),
                        "baseImagePullSecret", Map.of("name", "global-pull-secret-copy"),
                        "renderedImagePushSecret", Map.of("name", "builder-dockercfg-123"),
                        "renderedImagePushspec", "image-registry.openshift-image-registry.svc:5000/ns/os-images:latest"),
                "buildOutputs", Map.of("currentImagePullSecret", Map.of("name", "builder-dockercfg-123")))));
    }

    private void secret(String name, String type, String key) {
        api.put(FakeApi.own("secrets", name), Map.of("apiVersion", "v1", "kind", "Secret", "type", type,
                "data", Map.of(key, Base64.getEncoder().encodeToString("{}".getBytes(StandardCharsets.UTF_8)))));
    }

    private void machineConfig(String name, String role, Map<String, Object> spec) {
        api.put(FakeApi.machineConfig(name), Map.of("apiVersion", Keys.GROUP + "/v1", "kind", "MachineConfig",
                "metadata", Map.of("labels", Map.of(Keys.ROLE_LABEL, role)), "spec", spec));
    }

    private List<Finding> turn() {
        now = now.plusSeconds(5);
        var findings = new ArrayList<>(render.turn("layered", now, List.of()).findings());
        var result = build.turn("layered", now, findings);
        again = result.again();
        findings.addAll(result.findings());
        return findings;
    }

    private List<Finding> turns(int count) {
        List<Finding> findings = List.of();
        for (int i = 0; i < count; i++) {
            findings = turn();
        }
        return findings;
    }

    private String onlyBuild() {
        List<String> builds = api.paths("/machineosbuilds/");
        assertThat(builds).hasSize(1);
        return builds.getFirst();
    }

    private String onlyPod() {
        assertThat(api.paths("/pods/")).hasSize(1);
        return api.paths("/pods/").getFirst();
    }

    private void podStatus(String pod, String phase, String containers) {
        api.merge(pod, "{\"status\":{\"phase\":\"" + phase + "\",\"containerStatuses\":" + containers + "}}");
    }

    private void podSucceeds(String pod) {
        podStatus(pod, "Succeeded", """
                [{"name":"image-build","state":{"terminated":{"exitCode":0}}},
                 {"name":"image-push","state":{"terminated":{"exitCode":0,"message":"%s"}}}]""".formatted(DIGEST));
    }

    private void podBreaks(String pod, int code, String message) {
        podStatus(pod, "Failed", """
                [{"name":"image-build","state":{"terminated":{"exitCode":%d,"reason":"Error","message":"%s"}}},
                 {"name":"image-push","state":{"terminated":{"exitCode":64}}}]""".formatted(code, message));
    }

    private String trueCondition(String path) {
        var all = new ArrayList<String>();
        for (JsonNode condition : api.at(path).at("/status/conditions")) {
            if (condition.path("status").asText().equals("True")) {
                all.add(condition.path("type").asText());
            }
        }
        return String.join(",", all);
    }

    private String message(String path, String type) {
        for (JsonNode condition : api.at(path).at("/status/conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition.path("message").asText();
            }
        }
        return "none";
    }

    @Test
    void theGuideEndsInAPublishedImage() throws Exception {
        turn();
        String rendered = api.at(POOL).at("/spec/configuration/name").asText();
        assertThat(rendered).matches("rendered-layered-[0-9a-f]{32}");
        JsonNode machineConfig = api.at(FakeApi.machineConfig(rendered));
        assertThat(machineConfig.at("/spec/osImageURL").asText()).isEqualTo(BASE);
        assertThat(machineConfig.at("/metadata/ownerReferences/0/kind").asText()).isEqualTo("MachineConfigPool");
        assertThat(api.at(POOL).at("/spec/configuration/source/0/name").asText()).isEqualTo("50-hello");
        assertThat(message(CONFIG, "Valid")).isEqualTo("Ready to be built");

        turns(2);
        JsonNode build = api.at(onlyBuild());
        assertThat(build.at("/metadata/name").asText()).matches("layered-" + rendered + "-[0-9a-f]{8}-builder");
        assertThat(api.at(CONFIG).at("/metadata/annotations").path(Keys.CURRENT_MACHINE_OS_BUILD).asText())
                .isEqualTo(build.at("/metadata/name").asText());
        assertThat(build.at("/spec")).isEqualTo(new ObjectMapper().readTree(("{'configGeneration':1,'version':1,'desiredConfig':{'name':'"
                + rendered + "'},'machineOSConfig':{'name':'layered'},'renderedImagePushspec':"
                + "'image-registry.openshift-image-registry.svc:5000/ns/os-images:" + tag(build) + "'}").replace('\'', '"')));
        assertThat(build.at("/status/conditions")).hasSize(5);
        assertThat(build.at("/status/buildStart").asText()).matches("2026-11-23T10:00:[0-9]{2}Z");
        assertThat(trueCondition(onlyBuild())).isEqualTo("Prepared");
        assertThat(build.at("/status/builderReference").toString()).contains("PodImageBuilder").contains(name(onlyPod()));

        podStatus(onlyPod(), "Running", "[{\"name\":\"image-build\",\"state\":{\"running\":{}}}]");
        assertThat(turn()).last().isEqualTo(new Finding("ImageBuildDegraded", false, "Building", "New build started"));
        assertThat(trueCondition(onlyBuild())).isEqualTo("Building");

        podSucceeds(onlyPod());
        assertThat(turn()).last().isEqualTo(new Finding("ImageBuildDegraded", false, "BuildSuccess", "Build succeeded for pool layered"));
        assertThat(trueCondition(onlyBuild())).isEqualTo("Succeeded");
        String image = "image-registry.openshift-image-registry.svc:5000/ns/os-images@" + DIGEST;
        assertThat(api.at(onlyBuild()).at("/status/finalImagePullspec").asText()).isEqualTo(image);
        assertThat(api.at(onlyBuild()).at("/status/buildEnd").asText()).isGreaterThan(build.at("/status/buildStart").asText());
        assertThat(api.at(CONFIG).at("/status/currentImagePullspec").asText()).isEqualTo(image);
        assertThat(api.at(CONFIG).at("/status/observedGeneration").asInt()).isEqualTo(1);

        turn();
        assertThat(api.paths("/pods/")).isEmpty();
        assertThat(api.paths("/secrets/build-context")).isEmpty();
    }

    private static String tag(JsonNode build) {
        return build.at("/metadata/name").asText().replaceFirst("^layered-", "").replaceFirst("-builder$", "");
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    @Test
    void nothingIsWrittenWhereNothingChanges() {
        turns(3);
        podStatus(onlyPod(), "Running", "[{\"name\":\"image-build\",\"state\":{\"running\":{}}}]");
        turns(2);
        api.writes.clear();
        turns(5);
        assertThat(api.writes).isEmpty();
        podSucceeds(onlyPod());
        turns(3);
        api.writes.clear();
        turns(5);
        assertThat(api.writes).isEmpty();
    }

    @Test
    void thePodHoldsEachSecretInOneContainerOnlyAndNoToken() {
        turns(3);
        JsonNode spec = api.at(onlyPod()).path("spec");
        assertThat(spec.path("automountServiceAccountToken").asBoolean(true)).isFalse();
        assertThat(spec.path("restartPolicy").asText()).isEqualTo("Never");
        assertThat(spec.path("activeDeadlineSeconds").asInt()).isEqualTo(3600);
        assertThat(spec.at("/containers/0/name").asText()).isEqualTo("image-build");
        assertThat(spec.at("/containers/0/volumeMounts").toString()).contains("\"pull\"").doesNotContain("\"push\"");
        assertThat(spec.at("/containers/1/volumeMounts").toString()).contains("\"push\"").doesNotContain("\"pull\"");
        assertThat(spec.at("/containers/0/resources/limits/ephemeral-storage").asText()).isEqualTo("60Gi");
        assertThat(spec.at("/containers/0/command/2").asText()).contains("buildah bud --isolation chroot").doesNotContain("os-images");
        assertThat(api.at(onlyPod()).at("/metadata/labels").path(Keys.MACHINE_OS_BUILD).asText()).hasSizeBetween(1, 63);
        JsonNode context = api.at(api.paths("/secrets/build-context").getFirst());
        assertThat(new String(Base64.getDecoder().decode(context.at("/data/context.tar").asText()), StandardCharsets.ISO_8859_1))
                .contains("FROM " + BASE + " AS configs\nADD rootfs.tar /\n").contains("FROM configs AS final").contains("etc/hello");
    }

    @Test
    void aFailedCommandIsOnThePoolWithItsWords() {
        turns(3);
        podBreaks(onlyPod(), 1, "No match for argument: tre");
        String expected = "attempt 1 of 3: container image-build exited with 1: No match for argument: tre";
        assertThat(turn()).last().isEqualTo(new Finding("ImageBuildDegraded", true, "BuildFailed",
                "Failed to build OS image for pool layered (MachineOSBuild: " + name(onlyBuild()) + "): Failed: " + expected));
        assertThat(message(onlyBuild(), "Failed")).isEqualTo(expected);
        assertThat(trueCondition(onlyBuild())).isEqualTo("Failed");
        assertThat(message(CONFIG, "Built")).isEqualTo(expected);
        turns(2);
        assertThat(api.paths("/pods/")).hasSize(1);
    }

    @Test
    void theLogSaysMoreThanTheTerminationMessage() {
        turns(3);
        api.logs.put(onlyPod() + "/log?container=image-build&tailLines=20", "line 1\nline 2\n");
        podBreaks(onlyPod(), 2, "cut off");
        turn();
        assertThat(message(onlyBuild(), "Failed")).endsWith("exited with 2: line 1\nline 2");
    }

    @Test
    void theLogOfAFailedBuildIsKeptAndShowsNoPassword() {
        String auth = Base64.getEncoder().encodeToString("builder:s3cr3t-word".getBytes(StandardCharsets.UTF_8));
        String login = "{\"auths\":{\"reg\":{\"auth\":\"" + auth + "\"}}}";
        api.put(FakeApi.own("secrets", "global-pull-secret-copy"), Map.of("apiVersion", "v1", "kind", "Secret",
                "type", "kubernetes.io/dockerconfigjson",
                "data", Map.of(".dockerconfigjson", Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)))));
        turns(3);
        String said = "password s3cr3t-word is wrong, sent " + auth + "\n";
        api.logs.put(onlyPod() + "/log?container=image-build&tailLines=20", said);
        api.logs.put(onlyPod() + "/log?container=image-build&tailLines=2000", "STEP 1\n" + said);
        podBreaks(onlyPod(), 2, "s3cr3t-word");
        turn();
        assertThat(message(onlyBuild(), "Failed")).endsWith("exited with 2: password *** is wrong, sent ***");
        String kept = FakeApi.own("configmaps", name(onlyPod()) + "-log");
        assertThat(api.at(kept).at("/data/image-build.log").asText()).isEqualTo("STEP 1\npassword *** is wrong, sent ***\n");
        assertThat(api.at(kept).at("/metadata/ownerReferences/0/name").asText()).isEqualTo(name(onlyBuild()));
    }

    /** The fake has no log of this pod: as a kubelet that does not answer in time. */
    @Test
    void whereTheLogCannotBeReadItsEndIsKept() {
        turns(3);
        podBreaks(onlyPod(), 2, "no such package");
        turn();
        assertThat(api.at(FakeApi.own("configmaps", name(onlyPod()) + "-log")).at("/data/image-build.log").asText()).isEqualTo("no such package");
    }

    @Test
    void aSecretThatChangesBuildsAFailedBuildAgain() {
        turns(3);
        podBreaks(onlyPod(), 125, "unauthorized: bad password");
        turns(2);
        assertThat(trueCondition(onlyBuild())).isEqualTo("Failed");
        assertThat(message(CONFIG, "Built")).endsWith("mend the pull secret, and the build begins again by itself.");
        secret("builder-dockercfg-123", "kubernetes.io/dockercfg", ".dockercfg");
        turns(4);
        assertThat(trueCondition(onlyBuild())).isEqualTo("Prepared");
        assertThat(api.at(onlyPod()).at("/metadata/ownerReferences/0/uid")).isEqualTo(api.at(onlyBuild()).at("/metadata/uid"));
    }

    @Test
    void aContextOfAnEarlierBuildIsReplacedBeforeItGoesWithItsOwner() {
        turn();
        String build = name(onlyBuild());
        String context = FakeApi.own("secrets", "build-context-" + build.replaceFirst("^layered-", "").replaceFirst("-builder$", ""));
        api.put(context, Map.of("apiVersion", "v1", "kind", "Secret", "data", Map.of("context.tar", ""), "metadata", Map.of(
                "ownerReferences", List.of(Map.of("apiVersion", "x/v1", "kind", "MachineOSBuild", "name", build, "uid", "gone")))));
        turn();
        assertThat(api.at(context).at("/metadata/ownerReferences/0/uid")).isEqualTo(api.at(onlyBuild()).at("/metadata/uid"));
        assertThat(api.at(context).at("/data/context.tar").asText()).isNotEmpty();
    }

    @Test
    void anEditOfTheContainerfileReplacesTheRunningBuild() {
        turns(3);
        String first = onlyBuild();
        api.merge(CONFIG, "{\"spec\":{\"buildInputs\":{\"containerFile\":[{\"containerfileArch\":\"noarch\",\"content\":\"FROM configs\"}]}}}");
        turns(3);
        assertThat(trueCondition(first)).isEqualTo("Interrupted");
        assertThat(api.paths("/machineosbuilds/")).hasSize(2);
        assertThat(onlyPod()).isNotNull();
        assertThat(api.paths("/secrets/build-context")).hasSize(1);
    }

    @Test
    void goingBackReusesTheImageWithoutABuild() {
        turns(3);
        podSucceeds(onlyPod());
        turns(2);
        String first = onlyBuild();
        String original = api.at(CONFIG).at("/spec/buildInputs/containerFile").toString();
        api.merge(CONFIG, "{\"spec\":{\"buildInputs\":{\"containerFile\":[{\"containerfileArch\":\"noarch\",\"content\":\"FROM configs\"}]}}}");
        turns(3);
        api.merge(CONFIG, "{\"spec\":{\"buildInputs\":{\"containerFile\":" + original + "}}}");
        turns(3);
        assertThat(api.at(CONFIG).at("/metadata/annotations").path(Keys.CURRENT_MACHINE_OS_BUILD).asText()).isEqualTo(name(first));
        assertThat(api.paths("/pods/")).isEmpty();
        assertThat(message(CONFIG, "Built")).contains("succeeded");
    }

    /** The first build of the guide as far as its pod, of which it gives back the hash that labels the image. */
    private String fingerprint() {
        turns(3);
        for (JsonNode variable : api.at(onlyPod()).at("/spec/containers/0/env")) {
            if (variable.path("name").asText().equals("INPUTS")) {
                return variable.path("value").asText();
            }
        }
        throw new AssertionError("no INPUTS");
    }

    /** As the garbage collector does when somebody deletes the config and applies it again. */
    private void applyAgain() {
        String containerfile = api.at(CONFIG).at("/spec/buildInputs/containerFile/0/content").asText();
        api.remove(CONFIG);
        api.paths("/machineosbuilds/").forEach(api::remove);
        api.paths("/pods/").forEach(api::remove);
        api.paths("/secrets/build-context").forEach(api::remove);
        config("layered", containerfile);
    }

    @Test
    void aConfigThatIsAppliedAgainFindsItsImageAndStartsNoPod() {
        String label = fingerprint();
        podSucceeds(onlyPod());
        turns(2);
        applyAgain();
        tagged = () -> new Inspection.Found(new Digest(DIGEST), "amd64", Map.of("containers.bootc", "1", Keys.INPUTS_LABEL, label));
        turns(3);
        assertThat(api.paths("/pods/")).isEmpty();
        assertThat(trueCondition(onlyBuild())).isEqualTo("Succeeded,Reused");
        assertThat(api.at(onlyBuild()).at("/status/conditions")).hasSize(6);
        String image = "image-registry.openshift-image-registry.svc:5000/ns/os-images@" + DIGEST;
        assertThat(message(onlyBuild(), "Reused")).startsWith("The registry had " + image + " already, built from the same inputs");
        assertThat(api.at(onlyBuild()).at("/status/finalImagePullspec").asText()).isEqualTo(image);
        assertThat(api.at(onlyBuild()).at("/status/builderReference").toString()).isEqualTo("{\"imageBuilderType\":\"PodImageBuilder\"}");
        assertThat(api.at(CONFIG).at("/status/currentImagePullspec").asText()).isEqualTo(image);
        assertThat(message(CONFIG, "Built")).contains("without a pod").endsWith(image);
        assertThat(events.said).containsExactly("MachineOSBuild/" + name(onlyBuild()) + " ImageReused: " + message(onlyBuild(), "Reused"));
        api.writes.clear();
        turns(3);
        assertThat(api.writes).isEmpty();

        api.merge(CONFIG, "{\"metadata\":{\"annotations\":{\"" + Keys.REBUILD + "\":\"\"}}}");
        turns(4);
        assertThat(onlyPod()).isNotNull();
    }

    @Test
    void aRegistryThatCannotBeAskedHoldsNoBuildUp() {
        tagged = () -> {
            throw new RegistryException(RegistryException.Kind.Unauthorized, "inspect x: reg answered 401");
        };
        turns(2);
        assertThat(message(CONFIG, "Built")).startsWith("attempt 1 of 3 starts; whether the registry has the image already is not known: inspect x");
        turn();
        assertThat(trueCondition(onlyBuild())).isEqualTo("Prepared");
        podSucceeds(onlyPod());
        turns(2);
        assertThat(trueCondition(onlyBuild())).isEqualTo("Succeeded");
        assertThat(events.said).isEmpty();
    }

    @Test
    void aRebuildIsConsumedAndBuildsOnce() {
        turns(3);
        podSucceeds(onlyPod());
        turns(2);
        String first = onlyBuild();
        api.merge(CONFIG, "{\"metadata\":{\"annotations\":{\"" + Keys.REBUILD + "\":\"\"}}}");
        turns(4);
        assertThat(api.at(CONFIG).at("/metadata/annotations").has(Keys.REBUILD)).isFalse();
        assertThat(api.paths("/machineosbuilds/")).hasSize(2).contains(first);
        podSucceeds(onlyPod());
        turns(4);
        assertThat(api.paths("/machineosbuilds/")).hasSize(2);
        assertThat(api.paths("/pods/")).isEmpty();
    }

    @Test
    void aConfigOfAPoolThatDoesNotExistIsToldSo() {
        api.remove(POOL);
        List<Finding> findings = turn();
        assertThat(message(CONFIG, "Valid"))
                .isEqualTo("MachineConfigPool \"layered\" does not exist; create it or change spec.machineConfigPool.name");
        assertThat(findings).singleElement().extracting(Finding::bad).isEqualTo(true);
        assertThat(again).contains(Duration.ofSeconds(5));
        assertThat(api.paths("/machineosbuilds/")).isEmpty();
    }

    @Test
    void aMissingSecretIsSeenBeforeAnyPodAndItsCreationSoonAfter() {
        api.remove(FakeApi.own("secrets", "global-pull-secret-copy"));
        turns(3);
        assertThat(message(CONFIG, "Valid")).startsWith("Secret \"global-pull-secret-copy\"");
        assertThat(api.paths("/pods/")).isEmpty();
        secret("global-pull-secret-copy", "kubernetes.io/dockerconfigjson", ".dockerconfigjson");
        turns(2);
        assertThat(message(CONFIG, "Valid")).isEqualTo("Ready to be built");
        assertThat(onlyBuild()).isNotNull();
    }

    @Test
    void theSecondConfigOfAPoolIsRefusedAndTheFirstGoesOn() {
        config("zz-second", "FROM configs");
        turns(3);
        assertThat(message(FakeApi.config("zz-second"), "Valid")).contains("already has the MachineOSConfig \"layered\"");
        assertThat(onlyPod()).isNotNull();
    }

    @Test
    void aRefusedMachineConfigDegradesTheRenderingAndChangesNothing() {
        turn();
        String before = api.at(POOL).at("/spec/configuration/name").asText();
        machineConfig("60-disk", "layered", Map.of("config", Map.of("ignition", Map.of("version", "3.2.0"),
                "storage", Map.of("disks", List.of(Map.of("device", "/dev/sda"))))));
        assertThat(turn().getFirst()).isEqualTo(new Finding("RenderDegraded", true, "",
                "Failed to render configuration for pool layered: MachineConfig 60-disk: spec.config.storage.disks"
                        + " cannot go into an image; partition disks when the node is installed"));
        assertThat(api.at(POOL).at("/spec/configuration/name").asText()).isEqualTo(before);
    }

    @Test
    void aBaseImageOfTheUsersOwnWinsOverTheClusters() {
        String own = "quay.io/own/base@sha256:" + "c".repeat(64);
        api.merge(CONFIG, "{\"spec\":{\"buildInputs\":{\"baseOSImagePullspec\":\"" + own + "\"}}}");
        turn();
        String rendered = api.at(POOL).at("/spec/configuration/name").asText();
        assertThat(api.at(FakeApi.machineConfig(rendered)).at("/spec/osImageURL").asText()).isEqualTo(own);
    }

    @Test
    void aNewRenderedConfigIsANewBuild() {
        turns(3);
        String first = onlyBuild();
        machineConfig("60-more", "layered", Map.of("kernelArguments", List.of("quiet")));
        turns(3);
        assertThat(trueCondition(first)).isEqualTo("Interrupted");
        assertThat(api.paths("/machineosbuilds/")).hasSize(2);
    }

    @Test
    void aViewThatIsBehindDoesNoHarm() {
        turns(2);
        api.freezeView();
        turns(3);
        assertThat(api.paths("/pods/")).hasSize(1);
        String pod = onlyPod();
        api.thawView();
        podSucceeds(pod);
        api.freezeView();
        turns(3);
        assertThat(trueCondition(onlyBuild())).isEqualTo("Succeeded");
        api.thawView();
        turns(2);
        assertThat(api.paths("/pods/")).isEmpty();
    }

    @Test
    void aNewControllerGoesOnInTheMiddle() {
        turns(3);
        podBreaks(onlyPod(), 125, "timeout");
        var other = new BuildLoop(api.client, api, "ns", this::inspect, BuilderSettings.DEFAULT, events);
        now = now.plusSeconds(3600 / 2);
        other.turn("layered", now, List.of());
        assertThat(api.paths("/pods/")).hasSize(2).last().asString().endsWith("-2");
        assertThat(trueCondition(onlyBuild())).isEqualTo("Prepared");
    }

    @Test
    void anEvictedPodIsMadeAgainUnderTheSameName() {
        turns(3);
        String pod = onlyPod();
        JsonNode uid = api.at(pod).at("/metadata/uid");
        api.merge(pod, "{\"status\":{\"phase\":\"Failed\",\"reason\":\"Evicted\",\"message\":\"The node was low on resource: memory.\"}}");
        turns(2);
        assertThat(onlyPod()).isEqualTo(pod);
        assertThat(api.at(pod).at("/metadata/uid")).isNotEqualTo(uid);
        assertThat(trueCondition(onlyBuild())).isEqualTo("Prepared");
    }

    @Test
    void aPoolWithoutAMachineOSConfigIsNotOurs() {
        api.remove(CONFIG);
        assertThat(turn()).isEmpty();
        assertThat(api.writes).isEmpty();
    }
}
