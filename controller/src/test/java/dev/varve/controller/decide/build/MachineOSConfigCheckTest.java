package dev.varve.controller.decide.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.contract.Keys;
import dev.varve.contract.Tree;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MachineOSConfigCheckTest {
    private final MachineOSConfigCheck check = new MachineOSConfigCheck("ns");
    private final Map<String, SecretFacts> secrets = new HashMap<>(Map.of(
            "pull", new SecretFacts("kubernetes.io/dockerconfigjson", Set.of(".dockerconfigjson")),
            "push", new SecretFacts("kubernetes.io/dockercfg", Set.of(".dockercfg"))));

    private static MachineOSConfigFacts config(String containerfile, String pushspec) {
        return MachineOSConfigFacts.from("layered", Map.of(), Tree.root(Map.of(
                "machineConfigPool", Map.of("name", "layered"),
                "buildInputs", Map.of(
                        "containerFile", List.of(Map.of("containerfileArch", "noarch", "content", containerfile)),
                        "baseImagePullSecret", Map.of("name", "pull"),
                        "renderedImagePushSecret", Map.of("name", "push"),
                        "renderedImagePushspec", pushspec),
                "buildOutputs", Map.of("currentImagePullSecret", Map.of("name", "push")))), "amd64");
    }

    private static final MachineOSConfigFacts GOOD = config("FROM configs", "localhost:5000/a/b:latest");

    private List<String> problems(MachineOSConfigFacts config) {
        return check.problems(config, true, Optional.empty(), secrets);
    }

    @Test
    void theGuidesConfigIsValid() {
        assertThat(problems(GOOD)).isEmpty();
        assertThat(problems(config("", "image-registry.openshift-image-registry.svc:5000/ns/os-images:latest"))).isEmpty();
    }

    @Test
    void aMissingPoolSaysWhatToDo() {
        assertThat(check.problems(GOOD, false, Optional.empty(), secrets)).containsExactly(
                "MachineConfigPool \"layered\" does not exist; create it or change spec.machineConfigPool.name");
    }

    @Test
    void aSecondConfigForAPoolIsRefused() {
        assertThat(check.problems(GOOD, true, Optional.of("older"), secrets)).containsExactly(
                "MachineConfigPool \"layered\" already has the MachineOSConfig \"older\"; delete one of the two");
    }

    @Test
    void secretsMustExistAndBeUsable() {
        secrets.remove("pull");
        secrets.put("push", new SecretFacts("Opaque", Set.of("x")));
        assertThat(problems(GOOD)).containsExactly(
                "Secret \"pull\" (spec.buildInputs.baseImagePullSecret.name) does not exist in namespace ns;"
                        + " create it or change spec.buildInputs.baseImagePullSecret.name",
                "Secret \"push\" (spec.buildInputs.renderedImagePushSecret.name) is of type Opaque;"
                        + " want kubernetes.io/dockerconfigjson or kubernetes.io/dockercfg",
                "Secret \"push\" (spec.buildOutputs.currentImagePullSecret.name) is of type Opaque;"
                        + " want kubernetes.io/dockerconfigjson or kubernetes.io/dockercfg");
        secrets.put("pull", new SecretFacts("kubernetes.io/dockerconfigjson", Set.of()));
        assertThat(problems(GOOD).getFirst()).contains("has no entry .dockerconfigjson");
    }

    @Test
    void everyProblemIsNamedAtOnce() {
        assertThat(problems(config("FROM other", "os-images"))).satisfiesExactly(
                containerfile -> assertThat(containerfile).startsWith("Containerfile line 1: the last stage"),
                pushspec -> assertThat(pushspec).startsWith("spec.buildInputs.renderedImagePushspec: pullspec is \"os-images\""));
        assertThat(problems(config("", "quay.io/a/b@sha256:" + "a".repeat(64))).getFirst()).contains("cannot be pushed to a digest");
    }

    @Test
    void theEntryOfTheArchitectureGoesBeforeTheOneForAll() {
        Tree spec = Tree.root(Map.of("buildInputs", Map.of("containerFile", List.of(
                Map.of("containerfileArch", "noarch", "content", "any"),
                Map.of("containerfileArch", "x86_64", "content", "ours"),
                Map.of("containerfileArch", "arm64", "content", "theirs")))));
        assertThat(MachineOSConfigFacts.from("a", Map.of(), spec, "amd64").containerfile()).isEqualTo("ours");
        assertThat(MachineOSConfigFacts.from("a", Map.of(), spec, "s390x").containerfile()).isEqualTo("any");
    }

    @Test
    void annotationsAreRead() {
        var facts = MachineOSConfigFacts.from("a", Map.of(Keys.REBUILD, "", Keys.REBUILDS, "4", Keys.CURRENT_MACHINE_OS_BUILD, "b"),
                Tree.root(Map.of()), "amd64");
        assertThat(facts.rebuildRequested()).isTrue();
        assertThat(facts.rebuilds()).isEqualTo(4);
        assertThat(facts.currentBuild()).contains("b");
    }
}
