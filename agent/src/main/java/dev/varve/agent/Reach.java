package dev.varve.agent;

import dev.varve.agent.cluster.NodeApi;
import dev.varve.agent.host.HostOs;
import dev.varve.agent.kube.KubeNodeApi;
import dev.varve.agent.state.AttemptFile;
import dev.varve.agent.state.AttemptStore;
import dev.varve.agent.state.JacksonJson;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;

/**
 * All that an agent touches, and so all that it can leave half done. Whoever stands in front of each of these sees, and can
 * end, an agent between any two things it does.
 */
public record Reach(NodeApi api, HostOs host, AttemptStore attempts) {

    /** What it is in a cluster. @param client stays the caller's */
    public static Reach of(AgentConfig config, KubernetesClient client, HostOs host, Clock clock) {
        var json = new JacksonJson();
        return new Reach(
                new KubeNodeApi(client, config.nodeName(), json, clock), host, new AttemptFile(config.stateDirectory(), json));
    }
}
