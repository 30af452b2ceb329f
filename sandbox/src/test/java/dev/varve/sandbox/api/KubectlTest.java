package dev.varve.sandbox.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The guide's commands with the real kubectl, which {@code -Dvarve.kubectl=<binary>} names (1.36: see .ci/kubectl). */
@Tag("kubectl")
final class KubectlTest {
    private static final String NODE = """
            apiVersion: v1
            kind: Node
            metadata: {name: worker-0, labels: {node-role.kubernetes.io/worker: ""}}
            status: {conditions: [{type: Ready, status: "True"}], nodeInfo: {kubeletVersion: v1.36.3}}
            """;
    private static final String OWNER = """
            apiVersion: apps/v1
            kind: ReplicaSet
            metadata: {name: web}
            spec: {replicas: 1, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: i}]}}}
            """;
    /** Of an owner that is there: kubectl drains without --force only what somebody would recreate. */
    private static final String POD = """
            apiVersion: v1
            kind: Pod
            metadata: {name: web-0, labels: {app: web}, ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web, uid: %s, controller: true}]}
            spec: {nodeName: worker-0, terminationGracePeriodSeconds: 0, containers: [{name: c, image: i}]}
            ---
            apiVersion: policy/v1
            kind: PodDisruptionBudget
            metadata: {name: web}
            spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
            """;
    private static final String BUILD = """
            apiVersion: machineconfiguration.openshift.io/v1alpha1
            kind: MachineOSBuild
            metadata: {name: layered-1}
            spec: {machineOSConfig: layered}
            """;

    @TempDir
    private Path home;

    private String kubectl;
    private ApiServer server;

    private record Result(int code, String out, String err) {}

    @BeforeEach
    void start() throws Exception {
        kubectl = System.getProperty("varve.kubectl", "");
        assumeTrue(!kubectl.isEmpty(), "no -Dvarve.kubectl");
        try (InputStream yaml = KubectlTest.class.getResourceAsStream("machineosbuilds.yaml")) {
            server = ApiServer.start(0, List.of(new YAMLMapper().readTree(yaml)));
        }
        Files.writeString(home.resolve("config"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: varve, cluster: {server: "%s"}}]
                contexts: [{name: varve, context: {cluster: varve}}]
                current-context: varve
                """.formatted(server.url()));
        create(NODE);
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void versionIsAnsweredWithoutAWarning() throws Exception {
        Result version = run("version");
        assertThat(version.code()).isZero();
        assertThat(version.out()).contains("Client Version: v1.36.", "Server Version: v1.36.");
        assertThat(version.err()).isEmpty();
    }

    @Test
    void nodesAreShownDescribedLabelledAndAnnotated() throws Exception {
        ok("label", "node/worker-0", "node-role.kubernetes.io/layered=");
        ok("annotate", "node/worker-0", "example.com/k=v");
        assertThat(ok("get", "nodes").lines().toList().getLast()).matches("worker-0 +Ready +layered,worker +\\d+s +v1.36.3");
        assertThat(ok("describe", "node", "worker-0")).contains("example.com/k: v", "Unschedulable:      false");
    }

    @Test
    void aWatchPrintsALineForEachChange() throws Exception {
        Path out = home.resolve("watch");
        Process watching = command("get", "nodes", "--watch").redirectOutput(out.toFile()).start();
        try {
            await().until(() -> Files.readString(out).contains("worker-0"));
            ok("cordon", "worker-0");
            await().until(() -> Files.readString(out).contains("Ready,SchedulingDisabled"));
            assertThat(Files.readString(out).lines().filter(line -> line.startsWith("NAME"))).hasSize(1);
        } finally {
            watching.destroy();
        }
    }

    @Test
    void customObjectsAreAppliedShownAndDeleted() throws Exception {
        Path file = Files.writeString(home.resolve("build.yaml"), BUILD);
        assertThat(ok("apply", "-f", file.toString())).contains("machineosbuild.machineconfiguration.openshift.io/layered-1 created");
        assertThat(ok("apply", "-f", file.toString())).contains("layered-1 unchanged");
        Files.writeString(file, BUILD.replace("layered}", "other}"));
        assertThat(ok("apply", "-f", file.toString())).contains("layered-1 configured");
        assertThat(ok("apply", "--server-side", "-f", file.toString())).contains("serverside-applied");
        ok("patch", "mosb", "layered-1", "--subresource=status", "--type=merge", "-p",
                "{\"status\":{\"conditions\":[{\"type\":\"Prepared\",\"status\":\"True\"}]}}");
        assertThat(ok("get", "machineosbuilds").lines().map(line -> line.split(" +")).toList()).satisfiesExactly(
                header -> assertThat(header).containsExactly("NAME", "PREPARED", "SUCCEEDED", "AGE"),
                row -> assertThat(row).startsWith("layered-1", "True"));
        assertThat(ok("get", "machineosbuilds", "-o", "wide")).contains("DIGEST");
        assertThat(ok("get", "machineosbuild/layered-1", "-o", "yaml")).contains("builder: PodImageBuilder", "machineOSConfig: other");
        ok("delete", "machineosbuild/layered-1");
        assertThat(run("get", "machineosbuild/layered-1").err())
                .isEqualTo("Error from server (NotFound): machineosbuilds.machineconfiguration.openshift.io \"layered-1\" not found\n");
    }

    @Test
    void whatTheSchemaForbidsIsSaidToTheUser() throws Exception {
        Path file = Files.writeString(home.resolve("build.yaml"), BUILD.replace("machineOSConfig: layered", "builder: Other"));
        Result refused = run("apply", "-f", file.toString());
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).startsWith("The MachineOSBuild \"layered-1\" is invalid:").contains(
                "* spec.machineOSConfig: Required value",
                "* spec.builder: Unsupported value: \"Other\": supported values: \"Job\", \"PodImageBuilder\"");
    }

    @Test
    void theMendedWaitReturnsWhenBothAnnotationsAreThere() throws Exception {
        String image = "registry.example/os@sha256:" + "0".repeat(64);
        Process waiting = command("wait", "--timeout=60s",
                "--for=jsonpath={.metadata.annotations.machineconfiguration\\.openshift\\.io/currentImage}=" + image,
                "--for=jsonpath={.metadata.annotations.machineconfiguration\\.openshift\\.io/state}=Done", "node/worker-0").start();
        await().until(() -> server.watches() == 1);
        ok("annotate", "node/worker-0", "machineconfiguration.openshift.io/state=Working");
        ok("annotate", "node/worker-0", "machineconfiguration.openshift.io/currentImage=" + image);
        assertThat(waiting.isAlive()).isTrue();
        ok("annotate", "node/worker-0", "--overwrite", "machineconfiguration.openshift.io/state=Done");
        assertThat(waiting.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(waiting.exitValue()).isZero();
    }

    @Test
    void namespacesAndSecretsOfTheGuideAreCreated() throws Exception {
        ok("create", "namespace", "openshift-machine-config-operator");
        Path auth = Files.writeString(home.resolve("auth.json"), "{\"auths\":{\"registry.example\":{\"auth\":\"YTpi\"}}}");
        ok("create", "secret", "docker-registry", "push", "-n", "openshift-machine-config-operator",
                "--from-file=.dockerconfigjson=" + auth);
        ok("create", "secret", "generic", "etc-pki-entitlement", "--from-file=entitlement.pem=" + auth);
        ok("create", "configmap", "c", "--from-literal=k=v");
        assertThat(ok("get", "secret", "push", "-n", "openshift-machine-config-operator", "-o",
                "go-template={{.type}} {{index .data \".dockerconfigjson\" | base64decode}}"))
                .isEqualTo("kubernetes.io/dockerconfigjson " + Files.readString(auth));
    }

    @Test
    void drainEvictsAndHeedsTheBudget() throws Exception {
        create(OWNER);
        create(POD.formatted(ok("get", "replicaset", "web", "-o", "jsonpath={.metadata.uid}")));
        String running = "{\"status\":{\"phase\":\"Running\",\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}";
        ok("patch", "pod", "web-0", "--subresource=status", "--type=merge", "-p", running);
        budgetAllows(0);
        Result refused = run("drain", "worker-0", "--timeout=1s");
        assertThat(refused.err()).contains("Cannot evict pod as it would violate the pod's disruption budget.");
        assertThat(ok("get", "pods", "-A", "-o", "wide")).contains("web-0", "worker-0");
        budgetAllows(1);
        assertThat(ok("drain", "worker-0")).contains("pod/web-0 evicted", "node/worker-0 drained");
        assertThat(ok("get", "nodes")).contains("SchedulingDisabled");
        ok("uncordon", "worker-0");
        assertThat(ok("get", "nodes")).doesNotContain("SchedulingDisabled");
    }

    private void budgetAllows(int disruptions) throws Exception {
        ok("patch", "pdb", "web", "--subresource=status", "--type=merge", "-p",
                "{\"status\":{\"observedGeneration\":1,\"disruptionsAllowed\":%d,\"desiredHealthy\":1,\"currentHealthy\":1}}"
                        .formatted(disruptions));
    }

    private void create(String yaml) throws Exception {
        ok("create", "-f", Files.writeString(home.resolve("create.yaml"), yaml).toString());
    }

    private String ok(String... arguments) throws Exception {
        Result result = run(arguments);
        assertThat(result.code()).as(result.err()).isZero();
        return result.out();
    }

    private Result run(String... arguments) throws Exception {
        Path out = Files.createTempFile(home, "out", "");
        Path err = Files.createTempFile(home, "err", "");
        Process process = command(arguments).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private ProcessBuilder command(String... arguments) throws IOException {
        var builder = new ProcessBuilder(kubectl);
        builder.command().addAll(List.of(arguments));
        builder.environment().put("KUBECONFIG", home.resolve("config").toString());
        builder.environment().put("HOME", home.toString());
        return builder;
    }
}
