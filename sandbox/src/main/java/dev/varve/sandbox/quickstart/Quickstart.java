package dev.varve.sandbox.quickstart;

import dev.varve.sandbox.Cluster;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** The main job, from the first screen to what it cost. */
public final class Quickstart {
    private final Cluster cluster;
    private final GenericKubernetesResource machineOSConfig;
    private final boolean guidesOwn;
    private final Optional<Fault> fault;
    private final Screen screen;

    /**
     * @param guidesOwn the Containerfile is the guide's, not one that the user gave
     * @param fault to go wrong in the second round, which is then the last
     */
    public Quickstart(
            Cluster cluster, GenericKubernetesResource machineOSConfig, boolean guidesOwn, Optional<Fault> fault, Screen screen) {
        this.cluster = cluster;
        this.machineOSConfig = machineOSConfig;
        this.guidesOwn = guidesOwn;
        this.fault = fault;
        this.screen = screen;
    }

    /**
     * Plays it. @return whether every claim held
     *
     * @throws WalkthroughException where it cannot go on
     */
    public boolean play() {
        Claims claims = new Claims(screen);
        FirstScreen.show(screen, cluster.parts());
        try (Walkthrough walk = new Walkthrough(cluster, machineOSConfig, screen, claims, InstantSource.system())) {
            Rounds rounds = new Rounds(cluster, walk, screen, claims, InstantSource.system(), guidesOwn);
            rounds.first();
            Map<String, String> before = rounds.images();
            if (fault.isPresent()) {
                new FaultRound(cluster, walk, rounds, screen, claims).play(fault.get());
            } else {
                rounds.second();
                rounds.third();
                if (!cluster.fleet().isEmpty()) {
                    new FleetRound(cluster, walk, screen, claims).play(rounds.latest());
                }
            }
            rounds.summary(before);
            return claims.allHold();
        } finally {
            screen.settle();
        }
    }
}
