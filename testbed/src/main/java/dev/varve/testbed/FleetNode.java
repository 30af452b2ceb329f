package dev.varve.testbed;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.util.Map;

/** A node that kwok plays: it is Ready and takes pods, but nothing runs on it; tainted, so that only what asks for it comes. */
final class FleetNode {
    private FleetNode() {}

    static Node of(String name) {
        return new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .withAnnotations(Map.of("kwok.x-k8s.io/node", "fake"))
                .withLabels(Map.of(
                        "kubernetes.io/hostname", name,
                        "kubernetes.io/os", "linux",
                        "kubernetes.io/arch", "amd64",
                        "node-role.kubernetes.io/worker", "",
                        "type", "kwok"))
                .endMetadata()
                .withNewSpec()
                .addNewTaint().withKey("kwok.x-k8s.io/node").withValue("fake").withEffect("NoSchedule").endTaint()
                .endSpec()
                .build();
    }
}
