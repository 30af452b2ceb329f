package dev.varve.testbed.build;

import dev.varve.contract.Durations;
import dev.varve.testbed.host.Command;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What a testbed is put together from; each is built by a script of the checkout and found in the cache the next time. */
public final class Builds {
    private static final Duration KUBERNETES = Duration.ofMinutes(9);
    private static final Duration TREE = Duration.ofMinutes(4);
    private static final Duration IMAGES = Duration.ofMinutes(3);

    /** What each script writes last. */
    private static final String KUBERNETES_LAST = ".sources";
    private static final String TREE_LAST = ".stamps/check";
    private static final String IMAGES_LAST = ".varve-builder.hash";

    private final Sources sources;
    private final Cache cache;

    public Builds(Sources sources, Cache cache) {
        this.sources = sources;
        this.cache = cache;
    }

    /** Directory with the one binary {@code kubernetes} and {@code kwok.yaml}. */
    public Path kubernetes() {
        return cache.refresh("kubernetes", KUBERNETES_LAST, KUBERNETES, script("testbed/kubernetes/build"));
    }

    /** What {@code testbed/tree/build} says it makes. */
    public Path tree(Path kubernetes) {
        return cache.refresh("tree", TREE_LAST, TREE, script("testbed/tree/build").with(Map.of("KUBERNETES", kubernetes.resolve("kubernetes").toString())));
    }

    /** Container images of controller, agent and builder as tar files, with the jars of this checkout in them. */
    public Path images(Path tree) {
        return cache.refresh("container-images", IMAGES_LAST, IMAGES, script("deploy/images/build").with(Map.of("BASE_TAR", tree.resolve("debian.tar").toString())));
    }

    /** What is not in the cache, and so will take its time. */
    public List<String> missing() {
        boolean kubernetes = cache.has("kubernetes", KUBERNETES_LAST);
        boolean tree = cache.has("tree", TREE_LAST);
        boolean images = cache.has("container-images", IMAGES_LAST);
        return Stream.of(
                        kubernetes ? "" : "Kubernetes from its Go modules, " + Durations.text(KUBERNETES),
                        tree ? "" : "a Debian tree for the nodes, " + Durations.text(TREE),
                        images ? "" : "the images of controller, agent and builder, " + Durations.text(IMAGES))
                .filter(text -> !text.isEmpty()).toList();
    }

    private Command script(String name) {
        return Command.of("nice", "-n", "5", sources.file(name));
    }
}
