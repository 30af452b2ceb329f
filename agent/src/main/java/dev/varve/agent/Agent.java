package dev.varve.agent;

import dev.varve.agent.cluster.NodeApi;
import dev.varve.agent.host.HostOs;
import dev.varve.agent.kube.KubeNodeApi;
import dev.varve.agent.loop.AgentLoop;
import dev.varve.agent.state.AttemptFile;
import dev.varve.agent.state.JacksonJson;
import dev.varve.contract.Json;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.util.Random;

/** The node daemon, put together. */
public final class Agent implements AutoCloseable {
    private final NodeApi api;
    private final HostOs host;
    private final AgentLoop loop;

    /**
     * @param client stays the caller's
     * @param host is closed with the agent
     */
    public Agent(AgentConfig config, KubernetesClient client, HostOs host, Clock clock) {
        Json json = new JacksonJson();
        this.api = new KubeNodeApi(client, config.nodeName(), json, clock);
        this.host = host;
        this.loop = new AgentLoop(new AgentLoop.Parts(
                api,
                host,
                new AttemptFile(config.stateDirectory(), json),
                json,
                clock,
                new Random(),
                config.podNamespace(),
                config.podName()));
    }

    public void start() {
        loop.start();
        api.start();
    }

    /** Ends as a kill would: nothing is written, a transaction of the host goes on, the next start takes up from the facts. */
    @Override
    public void close() {
        loop.close();
        api.close();
        host.close();
    }
}
