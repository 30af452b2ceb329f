package dev.varve.sandbox.quickstart;

import dev.varve.contract.Keys;
import dev.varve.contract.NodeState;
import dev.varve.sandbox.Cluster;
import io.fabric8.kubernetes.api.model.Node;
import java.util.List;
import java.util.Map;

/** The second round with something going wrong in it: shows that it ends well, and what the user reads meanwhile. */
final class FaultRound {
    private static final String BROKEN_LINE = "RUN rpm-ostree install strace && exit 3";

    private final Cluster cluster;
    private final Walkthrough walk;
    private final Rounds rounds;
    private final Screen screen;
    private final Claims claims;

    FaultRound(Cluster cluster, Walkthrough walk, Rounds rounds, Screen screen, Claims claims) {
        this.cluster = cluster;
        this.walk = walk;
        this.rounds = rounds;
        this.screen = screen;
        this.claims = claims;
    }

    void play(Fault fault) {
        screen.say("");
        screen.say("Fault asked for: " + fault.text());
        switch (fault) {
            case pull_fails -> pullFails();
            case bad_boot -> badBoot();
            case build_fails -> buildFails();
        }
    }

    private void pullFails() {
        String node = cluster.machines().getFirst();
        cluster.breakNextPull(node);
        rounds.second();
        claims.check(walk.fleet().sawFailure(node), node + " reported the pull that was cut off, and tried it again by itself");
    }

    private void badBoot() {
        Map<String, String> before = rounds.images();
        cluster.machines().forEach(cluster::breakNextBoot);
        screen.step("A new Containerfile, whose image does not survive its boot");
        walk.addToContainerfile(Rounds.ONE_LINE_MORE);
        cluster.machines().forEach(walk::label);
        walk.fleet().reset();
        walk.build();
        String message = walk.waitForDegradedPool();
        screen.settle();
        screen.command("kubectl get machineconfigpool/" + Guide.POOL + " -o jsonpath='{.status.conditions[?(@.type==\"Degraded\")].message}'");
        screen.say(message);
        List<String> failed = cluster.machines().stream().filter(n -> degraded(walk.node(n))).toList();
        claims.check(failed.size() == 1, "the bad image stopped at the first node: " + failed);
        claims.check(rounds.images().equals(before), "every node runs the image it ran before");
        claims.check(
                cluster.machines().stream().map(walk::node).noneMatch(NodeTimes::cordoned), "every node takes pods, the one that failed too");
    }

    private void buildFails() {
        Map<String, String> before = rounds.images();
        screen.step("A new Containerfile, one of whose commands fails");
        walk.addToContainerfile(BROKEN_LINE);
        String message = walk.waitForFailedBuild();
        screen.say(message);
        claims.check(message.contains("exited with 3"), "the build says which container failed, how, and the end of its log");
        claims.check(rounds.images().equals(before), "no node was touched");
    }

    private static boolean degraded(Node node) {
        return NodeTimes.annotation(node, Keys.STATE).equals(NodeState.Degraded.name());
    }
}
