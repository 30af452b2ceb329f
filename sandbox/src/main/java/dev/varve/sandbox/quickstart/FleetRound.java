package dev.varve.sandbox.quickstart;

import dev.varve.contract.Pullspec;
import dev.varve.sandbox.Cluster;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The nodes beside the machines: many of them, several at a time, by the same controller and within the pool's budget. */
final class FleetRound implements ResourceEventHandler<Node> {
    private static final int AT_A_TIME = 5;

    private final Cluster cluster;
    private final Walkthrough walk;
    private final Screen screen;
    private final Claims claims;
    private final List<String> fleet;
    private final Set<String> cordoned = new HashSet<>();
    private int mostCordoned;

    FleetRound(Cluster cluster, Walkthrough walk, Screen screen, Claims claims) {
        this.cluster = cluster;
        this.walk = walk;
        this.screen = screen;
        this.claims = claims;
        this.fleet = cluster.fleet();
    }

    /** @param image that the pool's nodes run */
    void play(Pullspec image) {
        screen.step(fleet.size() + " more nodes, simulated, with real agents: the pool lets " + AT_A_TIME + " go at a time");
        screen.command("kubectl patch machineconfigpool/" + Guide.POOL + " --type=merge -p '{\"spec\":{\"maxUnavailable\":" + AT_A_TIME + "}}'\n"
                + "kubectl label node " + fleet.getFirst() + " ... " + fleet.getLast() + " " + Guide.POOL_LABEL + "=");
        cluster.client().genericKubernetesResources(Guide.POOLS).withName(Guide.POOL)
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"maxUnavailable\":" + AT_A_TIME + "}}");
        SharedIndexInformer<Node> nodes = cluster.client().nodes().inform(this);
        fleet.forEach(walk::label);
        fleet.forEach(node -> walk.waitForImage(node, image));
        nodes.close();
        claims.check(most() <= AT_A_TIME, "all " + fleet.size() + " are Done with " + image.abbreviated() + ", and never more than " + AT_A_TIME + " of them were cordoned at a time: the most were " + most());
    }

    private synchronized int most() {
        return mostCordoned;
    }

    @Override
    public synchronized void onAdd(Node node) {
        String name = node.getMetadata().getName();
        if (fleet.contains(name) && NodeTimes.cordoned(node)) {
            cordoned.add(name);
        } else {
            cordoned.remove(name);
        }
        mostCordoned = Math.max(mostCordoned, cordoned.size());
    }

    @Override
    public void onUpdate(Node before, Node node) {
        onAdd(node);
    }

    @Override
    public synchronized void onDelete(Node node, boolean unknown) {
        cordoned.remove(node.getMetadata().getName());
    }
}
