package dev.varve.sandbox.fleet;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a kubelet says of its machine's boots: the boot id, and Ready where nobody else keeps that condition. */
final class NodeStatus {
    private static final Logger LOG = LoggerFactory.getLogger(NodeStatus.class);
    private static final PatchContext STRATEGIC = PatchContext.of(PatchType.STRATEGIC_MERGE);

    private final KubernetesClient client;
    private final String node;
    private final boolean saysReady;
    private final InstantSource clock = InstantSource.system();

    NodeStatus(KubernetesClient client, String node, boolean saysReady) {
        this.client = client;
        this.node = node;
        this.saysReady = saysReady;
    }

    /** @param bootId empty where the machine is down. @return false where the API server did not take it */
    boolean post(String bootId) {
        String patch = patch(bootId);
        try {
            if (!patch.isEmpty()) {
                client.nodes().withName(node).subresource("status").patch(STRATEGIC, patch);
            }
            return true;
        } catch (KubernetesClientException refused) {
            LOG.warn("status of node {}: {}", node, refused.getMessage());
            return false;
        }
    }

    private String patch(String bootId) {
        boolean up = !bootId.isEmpty();
        String info = "\"nodeInfo\":{\"bootID\":\"" + bootId + "\"}";
        if (!saysReady) {
            return up ? "{\"status\":{" + info + "}}" : "";
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        String ready = """
                "conditions":[{"type":"Ready","status":"%s","reason":"%s","message":"","lastHeartbeatTime":"%s","lastTransitionTime":"%s"}]"""
                .formatted(up ? "True" : "False", up ? "KubeletReady" : "SimulatedMachineIsDown", now, now);
        return "{\"status\":{" + ready + (up ? "," + info : "") + "}}";
    }
}
