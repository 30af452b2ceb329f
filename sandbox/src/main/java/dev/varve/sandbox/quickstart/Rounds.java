package dev.varve.sandbox.quickstart;

import dev.varve.contract.Durations;
import dev.varve.contract.Pullspec;
import dev.varve.sandbox.Cluster;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The main job in three rounds: one node gets its first image, all nodes get the next, and one goes back. */
final class Rounds {
    static final String ONE_LINE_MORE = "RUN rpm-ostree install strace && ostree container commit";

    private final Cluster cluster;
    private final Walkthrough walk;
    private final Screen screen;
    private final Claims claims;
    private final InstantSource clock;
    private final boolean guidesOwn;
    private final Map<String, Pullspec> origins = new LinkedHashMap<>();
    private @Nullable Pullspec latest;

    /** @param guidesOwn the Containerfile is the guide's, not one that the user gave */
    Rounds(Cluster cluster, Walkthrough walk, Screen screen, Claims claims, InstantSource clock, boolean guidesOwn) {
        this.cluster = cluster;
        this.walk = walk;
        this.screen = screen;
        this.claims = claims;
        this.clock = clock;
        this.guidesOwn = guidesOwn;
    }

    /** The guide itself: build, label, wait. */
    void first() {
        cluster.machines().forEach(node -> cluster.bootedImage(node).ifPresent(image -> origins.put(node, image)));
        walk.setUp();
        screen.step("The build: Containerfile, MachineConfigs and base image become an image");
        Pullspec image = walk.build();
        walk.showBuild();
        String node = cluster.machines().getFirst();
        screen.step("Before: what " + node + " is booted into");
        show(node, false);
        walk.fleet().reset();
        walk.move(node, image);
        screen.step("After: the node has booted into the image");
        show(node, true);
    }

    /** That {@code tree} comes with the image is said of the guide's Containerfile only. */
    private void show(String node, boolean after) {
        walk.showNode(node);
        if (guidesOwn) {
            walk.checkCommand(node, "tree", after);
        }
    }

    /** What the guide promises in its conclusion: an edit is built and rolled out by itself, with no service lost. */
    void second() {
        try (ServiceWatch service = walk.startService()) {
            walk.fleet().reset();
            walk.addToContainerfile(ONE_LINE_MORE);
            Pullspec second = walk.build();
            latest = second;
            screen.command("kubectl label node --all " + Guide.POOL_LABEL + "=");
            cluster.machines().forEach(walk::label);
            cluster.machines().forEach(node -> walk.waitForImage(node, second));
            screen.settle();
            claims.check(
                    images().values().stream().allMatch(second.abbreviated()::equals),
                    "all " + cluster.machines().size() + " nodes are booted into " + second.abbreviated() + ", say their rpm-ostrees");
            claims.check(walk.fleet().mostAway() == 1, "never more than 1 node was away at a time (maxUnavailable 1): the most were " + walk.fleet().mostAway());
            serviceNeverBelow(service);
        }
    }

    /** The way back: a node leaves the pool and goes back to what it was installed with, with no service lost either. */
    void third() {
        String node = cluster.machines().getFirst();
        Pullspec origin = Objects.requireNonNull(origins.get(node), () -> node + " was down when the walk-through began");
        try (ServiceWatch service = walk.watchService()) {
            int before = walk.fleet().reboots(node);
            walk.leave(node, origin);
            int reboots = walk.fleet().reboots(node) - before;
            claims.check(reboots == 1, "the way back took 1 reboot: there were " + reboots);
            show(node, false);
            serviceNeverBelow(service);
        }
    }

    /** What the pool's nodes run; known from the second round on. */
    Pullspec latest() {
        return Objects.requireNonNull(latest, "the second round has not been played");
    }

    private void serviceNeverBelow(ServiceWatch service) {
        claims.check(service.fewest() >= 2, "service shop/web never had fewer than the 2 replicas it asks for: the fewest were " + service.fewest());
    }

    void summary(Map<String, String> before) {
        Map<String, String> after = images();
        screen.step("What it cost");
        List<Summary.Row> rows = cluster.machines().stream()
                .map(node -> new Summary.Row(node, before.getOrDefault(node, "-"), after.getOrDefault(node, "-"), walk.fleet().times(node)))
                .toList();
        new Summary(rows).lines(clock.instant()).forEach(screen::say);
        screen.say("");
        screen.say(claims.sum() + "; " + Durations.text(screen.elapsed()) + " in all");
    }

    Map<String, String> images() {
        return cluster.machines().stream().collect(Collectors.toMap(
                node -> node, node -> Summary.image(cluster.bootedImage(node)), (a, b) -> a, LinkedHashMap::new));
    }
}
