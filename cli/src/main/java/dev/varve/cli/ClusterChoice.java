package dev.varve.cli;

import dev.varve.sandbox.Cluster;
import dev.varve.sandbox.SandboxException;
import dev.varve.sandbox.SandboxOptions;

/** One value of {@code --cluster}. Another kind of cluster is one more class and one more entry in {@link Main#CLUSTERS}. */
interface ClusterChoice {

    /** As it is written on the command line. */
    String name();

    /** What an option that is only for another cluster is answered with, after the option's name. */
    String whyNot();

    /**
     * Starts it, or attaches to one that is up.
     *
     * @throws SandboxException where that cannot be done, with one sentence for the user
     */
    Cluster open(Wanted wanted);

    /**
     * What the user said of the cluster.
     *
     * @param sandbox for one that is started for the occasion
     * @param index which one of those that are up
     */
    record Wanted(SandboxOptions sandbox, int index) {}
}
