package dev.varve.agent;

import dev.varve.agent.cluster.NodeApi;
import dev.varve.agent.credentials.HostCredentials;
import dev.varve.agent.host.HostOs;
import dev.varve.agent.kube.KubeNodeApi;
import dev.varve.agent.loop.AgentLoop;
import dev.varve.agent.loop.Situation;
import dev.varve.agent.state.AttemptFile;
import dev.varve.agent.state.JacksonJson;
import dev.varve.contract.Json;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.util.Random;
import java.util.function.Consumer;

/** The node daemon, put together. */
public final class Agent implements AutoCloseable {
    private final NodeApi api;
    private final HostOs host;
    private final HostCredentials credentials;
    private final AgentLoop loop;

    /** For a host whose registry credentials are somebody else's business. */
    public Agent(AgentConfig config, KubernetesClient client, HostOs host, Clock clock) {
        this(config, client, host, HostCredentials.NONE, clock, _ -> {});
    }

    /**
     * @param client stays the caller's
     * @param host is closed with the agent, as are the credentials
     * @param situation is told what each decision is about, on the agent's thread
     */
    public Agent(
            AgentConfig config,
            KubernetesClient client,
            HostOs host,
            HostCredentials credentials,
            Clock clock,
            Consumer<Situation> situation) {
        Json json = new JacksonJson();
        this.api = new KubeNodeApi(client, config.nodeName(), json, clock);
        this.host = host;
        this.credentials = credentials;
        this.loop = new AgentLoop(new AgentLoop.Parts(
                api,
                host,
                credentials,
                new AttemptFile(config.stateDirectory(), json),
                json,
                clock,
                new Random(),
                config.podNamespace(),
                config.podName(),
                situation));
    }

    public void start() {
        loop.start();
        api.start();
    }

    /** Whether one turn of the loop has taken longer than that, or the loop has ended. */
    boolean stuck(Duration limit) {
        return loop.stuck(limit);
    }

    /** Ends as a kill would: nothing is written, a transaction of the host goes on, the next start takes up from the facts. */
    @Override
    public void close() {
        loop.close();
        api.close();
        credentials.close();
        host.close();
    }
}
