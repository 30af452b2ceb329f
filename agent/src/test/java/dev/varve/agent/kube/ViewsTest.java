package dev.varve.agent.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.agent.decide.DrainFilter;
import dev.varve.agent.decide.DrainFilter.Verdict;
import dev.varve.agent.decide.PodFacts;
import dev.varve.contract.AgentPolicy;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pods as the API server writes them, and what a drain makes of them. */
class ViewsTest {
    private static final String OWNED = "ownerReferences: [{apiVersion: apps/v1, kind: %s, name: o, uid: u, controller: %s}]";

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {
        "ReplicaSet | OWNER ReplicaSet true | spec: {} | Evict",
        "its controller is gone but named | OWNER Gone true | spec: {} | Evict",
        "an owner that is no controller | OWNER ConfigMap false | spec: {} | Blocks",
        "an orphan | labels: {a: b} | spec: {} | Blocks",
        "emptyDir and local data | OWNER ReplicaSet true | spec: {volumes: [{name: v, emptyDir: {}}, {name: h, hostPath: {path: /x}}]} | Evict",
        "DaemonSet | OWNER DaemonSet true | spec: {} | Stay",
        "mirror of a static pod | annotations: {kubernetes.io/config.mirror: abc} | spec: {} | Stay",
        "succeeded | OWNER Job true | status: {phase: Succeeded} | Stay",
        "failed | OWNER Job true | status: {phase: Failed} | Stay",
        "unknown to the kubelet | OWNER Job true | status: {phase: Unknown} | Evict",
        "terminating | deletionTimestamp: '2026-11-25T10:00:30Z' | status: {phase: Running} | AwaitEnd",
    })
    void eachKindOfPodIsRecognised(String kind, String metadata, String rest, Verdict expected) {
        String[] owner = metadata.split(" ");
        String shown = owner[0].equals("OWNER") ? OWNED.formatted(owner[1], owner[2]) : metadata;
        PodFacts pod = pod("metadata:\n  namespace: shop\n  name: cart\n  uid: u-1\n  " + shown + "\n" + rest);
        assertThat(new DrainFilter(AgentPolicy.DEFAULT, "varve", "agent-1").of(pod)).as(kind).isEqualTo(expected);
    }

    @Test
    void aPodsWayOutIsKnown() {
        PodFacts pod = pod("metadata: {name: cart, namespace: shop, uid: u, deletionTimestamp: '2026-11-25T10:00:30Z', finalizers: [a/b, c]}");
        assertThat(pod.leaving()).isEqualTo(
                Optional.of(new PodFacts.Leaving(Instant.parse("2026-11-25T10:00:30Z"), List.of("a/b", "c"))));
    }

    private static PodFacts pod(String yaml) {
        return Views.pod(Serialization.unmarshal("apiVersion: v1\nkind: Pod\n" + yaml, Pod.class));
    }
}
