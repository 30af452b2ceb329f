package dev.varve.sandbox.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.sandbox.Cluster;
import java.time.Duration;

/** What all scenarios begin and end with. */
public abstract class ClusterScenario {
    protected Cluster cluster;
    protected Scene scene;
    Observations observations;

    /** A cluster with two machines or more, in whatever state: it is reset first, and closed in the end. */
    protected abstract Cluster open();

    void begin() {
        cluster = open();
        cluster.reset();
        observations = new Observations(cluster);
        scene = new Scene(cluster);
    }

    /** Every reboot was of a node that was cordoned and drained. */
    void endWithNothingWrong() throws Exception {
        try {
            if (observations != null) {
                assertThat(observations.wrongs()).isEmpty();
            }
        } finally {
            end();
        }
    }

    void end() throws Exception {
        if (observations != null) {
            observations.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    /** For what takes the product itself no time worth speaking of, on a machine that is busy. */
    protected final Duration soon() {
        return cluster.patience().dividedBy(4);
    }

    /** Long enough to see that nothing happens. */
    Duration aWhile() {
        return cluster.patience().dividedBy(60);
    }

    String first() {
        return cluster.machines().getFirst();
    }
}
