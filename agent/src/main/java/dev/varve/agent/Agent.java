package dev.varve.agent;

import dev.varve.agent.credentials.HostCredentials;
import dev.varve.agent.loop.AgentLoop;
import dev.varve.agent.loop.Situation;
import dev.varve.agent.state.JacksonJson;
import java.time.Clock;
import java.time.Duration;
import java.util.Random;
import java.util.function.Consumer;

/** The node daemon, put together. */
public final class Agent implements AutoCloseable {
    private final Reach reach;
    private final HostCredentials credentials;
    private final AgentLoop loop;
    private boolean closed;

    /** For a host whose registry credentials are somebody else's business. */
    public Agent(AgentConfig config, Reach reach, Clock clock) {
        this(config, reach, HostCredentials.NONE, clock, _ -> {});
    }

    /**
     * @param reach is closed with the agent, as are the credentials
     * @param situation is told what each decision is about, on the agent's thread
     */
    public Agent(AgentConfig config, Reach reach, HostCredentials credentials, Clock clock, Consumer<Situation> situation) {
        this.reach = reach;
        this.credentials = credentials;
        this.loop = new AgentLoop(new AgentLoop.Parts(
                reach.api(),
                reach.host(),
                credentials,
                reach.attempts(),
                new JacksonJson(),
                clock,
                new Random(),
                config.podNamespace(),
                config.podName(),
                situation));
    }

    /** Does nothing after {@link #close}: a process may be told to end before it has begun. */
    public synchronized void start() {
        if (!closed) {
            loop.start();
            reach.api().start();
        }
    }

    /** Whether one turn of the loop has taken longer than that, or the loop has ended. */
    boolean stuck(Duration limit) {
        return loop.stuck(limit);
    }

    /** Ends as a kill would: nothing is written, a transaction of the host goes on, the next start takes up from the facts. */
    @Override
    public synchronized void close() {
        closed = true;
        loop.close();
        reach.api().close();
        credentials.close();
        reach.host().close();
    }
}
