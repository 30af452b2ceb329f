package dev.varve.sandbox.kubelet;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.NodeStatusBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** How a node looks in the API. */
final class Nodes {
    static final String KUBELET_VERSION = "v1.36.3-varve-sandbox";
    static final String READY = "Ready";

    private static final Map<String, Quantity> CAPACITY =
            Map.of("cpu", new Quantity("4"), "memory", new Quantity("16Gi"), "pods", new Quantity("250"));

    private Nodes() {}

    static Node registration(NodeSpec spec) {
        return new NodeBuilder()
                .withNewMetadata()
                .withName(spec.name())
                .addToLabels("kubernetes.io/hostname", spec.name())
                .addToLabels("kubernetes.io/os", "linux")
                .addToLabels("kubernetes.io/arch", "amd64")
                .addToLabels("node-role.kubernetes.io/worker", "")
                .addToLabels("topology.kubernetes.io/zone", spec.zone())
                .addToLabels(spec.labels())
                .endMetadata()
                .withNewSpec().withProviderID("varve-sandbox://" + spec.name()).endSpec()
                .build();
    }

    static NodeStatus up(NodeStandIn node, Power.On on) {
        return new NodeStatusBuilder()
                .withCapacity(CAPACITY)
                .withAllocatable(CAPACITY)
                .addNewAddress(node.hostAddress(), "InternalIP")
                .addNewAddress(node.name(), "Hostname")
                .withNewNodeInfo()
                .withBootID(on.bootId())
                .withOsImage(on.osImage())
                .withMachineID(machineId(node.name()))
                .withSystemUUID(machineId(node.name()))
                .withKernelVersion("0.0.0-simulated")
                .withContainerRuntimeVersion("simulated://1")
                .withKubeletVersion(KUBELET_VERSION)
                .withKubeProxyVersion("")
                .withOperatingSystem("linux")
                .withArchitecture("amd64")
                .endNodeInfo()
                .withConditions(
                        condition("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available", on.since()),
                        condition("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure", on.since()),
                        condition("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available", on.since()),
                        condition(READY, "True", "KubeletReady", "kubelet is posting ready status", on.since()))
                .build();
    }

    /** What the node-lifecycle controller writes when the lease has expired. */
    static List<NodeCondition> unknown(Node node, Instant since) {
        return node.getStatus().getConditions().stream()
                .map(had -> condition(had.getType(), "Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status.", since))
                .toList();
    }

    static boolean isReady(Node node) {
        return ready(node).filter("True"::equals).isPresent();
    }

    /** Status of the condition; empty where there is none. */
    static Optional<String> ready(Node node) {
        return Optional.ofNullable(node.getStatus()).stream()
                .flatMap(status -> status.getConditions().stream())
                .filter(condition -> condition.getType().equals(READY))
                .map(NodeCondition::getStatus)
                .findFirst();
    }

    static String timestamp(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static NodeCondition condition(String type, String status, String reason, String message, Instant since) {
        return new NodeConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withReason(reason)
                .withMessage(message)
                .withLastHeartbeatTime(timestamp(since))
                .withLastTransitionTime(timestamp(since))
                .build();
    }

    private static String machineId(String name) {
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
    }
}
