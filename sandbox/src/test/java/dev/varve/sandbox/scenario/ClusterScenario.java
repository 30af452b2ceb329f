package dev.varve.sandbox.scenario;

import dev.varve.sandbox.Cluster;
import java.time.Duration;

/** What all scenarios begin and end with. */
public abstract class ClusterScenario {
    private static final int MOVES_A_MINUTE_SCALE = 60;

    protected Cluster cluster;
    Observations observations;
    Scene scene;

    /** A cluster with two machines or more, in whatever state: it is reset first, and closed in the end. */
    protected abstract Cluster open();

    void begin() {
        cluster = open();
        cluster.reset();
        observations = new Observations(cluster);
        scene = new Scene(cluster);
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
    Duration soon() {
        return cluster.patience().dividedBy(4);
    }

    /** Long enough to see that nothing happens. */
    Duration aWhile() {
        return cluster.patience().dividedBy(MOVES_A_MINUTE_SCALE);
    }

    String first() {
        return cluster.machines().getFirst();
    }
}
