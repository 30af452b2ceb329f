package dev.varve.testbed;

import dev.varve.contract.Pullspec;
import dev.varve.testbed.build.Builds;
import dev.varve.testbed.build.Cache;
import dev.varve.testbed.build.Sources;
import dev.varve.testbed.host.Packages;
import dev.varve.testbed.host.TestbedException;
import dev.varve.testbed.node.Machines;
import dev.varve.testbed.parts.Certificates;
import dev.varve.testbed.parts.ControlPlane;
import dev.varve.testbed.parts.NameServer;
import dev.varve.testbed.parts.Registry;
import dev.varve.testbed.state.Facts;
import dev.varve.testbed.state.Home;
import dev.varve.testbed.state.Parts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Brings a testbed up: builds what is missing, starts the parts, boots the nodes, installs Varve. */
public final class Up {
    private final Home home;
    private final Sources sources;
    private final Progress progress;
    private final Parts parts;
    private final Machines machines;

    public Up(Home home, Sources sources, Progress progress) {
        this.home = home;
        this.sources = sources;
        this.progress = progress;
        this.parts = new Parts(home);
        this.machines = new Machines(home, sources);
    }

    /**
     * @param nodes real ones
     * @param fleet nodes that kwok plays
     */
    public void up(int nodes, int fleet) {
        Preflight.machine();
        if (Preflight.isUp(home)) {
            progress.say("testbed " + home.index() + " is up already");
            return;
        }
        Builds builds = new Builds(sources, new Cache(Cache.standard(), progress::say));
        List<String> missing = builds.missing();
        Preflight.space(home, missing.isEmpty());
        packages();
        machines.check();
        if (!missing.isEmpty()) {
            progress.say("must build first, on 2 cores: " + String.join("; ", missing) + "; kept for the next time");
        }
        Path kubernetes = builds.kubernetes();
        Path tree = builds.tree(kubernetes);
        Path images = builds.images(tree);
        progress.say("has Kubernetes, the nodes' tree and the images");
        home.make();
        List<String> real = names("worker-", nodes);
        List<String> played = names("fleet-", fleet);
        Pullspec base = startParts(kubernetes, tree, images);
        Together.run(real.stream().<Runnable>map(node -> () -> boot(node, real.indexOf(node), tree, base)).toList());
        progress.say("booted " + String.join(", ", real));
        try (Installation installation = new Installation(home, sources, kubernetes)) {
            installation.cluster(base, played);
            installation.ready(real);
            progress.say("all nodes are Ready");
            installation.varve();
        }
        progress.say("installed Varve");
        if (!played.isEmpty()) {
            new Fleet(home, parts).start(played, base);
        }
        new Facts(base, kubernetes, tree, real, played).write(home);
        progress.say("up: ./varve quickstart --cluster testbed; ./varve testbed shell; ./varve testbed down");
    }

    private void packages() {
        List<String> missing = Packages.missing(sources.file("testbed/packages"));
        if (!missing.isEmpty()) {
            progress.say("installs " + String.join(" ", missing));
            Packages.install(sources.file("testbed/install"), missing, Cache.standard().resolve("apt.log"));
        }
    }

    private Pullspec startParts(Path kubernetes, Path tree, Path images) {
        machines.bridge(true);
        Preflight.ports(home);
        Certificates certificates = new Certificates(home);
        ControlPlane.certificates(home, certificates);
        Registry.certificates(home, certificates);
        ControlPlane controlPlane = new ControlPlane(home, parts, kubernetes);
        Registry registry = new Registry(home, parts);
        Pullspec[] base = new Pullspec[1];
        Together.run(List.of(
                controlPlane::start,
                () -> {
                    NameServer.start(home, parts);
                    registry.start();
                    base[0] = registry.pushBase(tree.resolve("base"), text(tree.resolve("base.digest")));
                },
                () -> imagesForNodes(tree, images)));
        controlPlane.startKwok();
        progress.say("control plane, registry and name server answer on " + home.address());
        return base[0];
    }

    private void boot(String node, int index, Path tree, Pullspec base) {
        new Certificates(home).kubeconfig("node-" + node, "system:node:" + node, "system:nodes");
        machines.create(node, index, tree, base);
        machines.start(node);
        machines.await(node);
    }

    /** The nodes read them from one directory of this machine: no node has a disk of its own to fill. */
    private void imagesForNodes(Path tree, Path images) {
        for (Path directory : List.of(tree.resolve("images"), images)) {
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.filter(path -> path.toString().endsWith(".tar")).toList()) {
                    link(file, home.file("images").resolve(String.valueOf(file.getFileName())));
                }
            } catch (IOException unreadable) {
                throw new TestbedException("cannot read " + directory + ": " + unreadable.getMessage(), unreadable);
            }
        }
    }

    private static void link(Path file, Path as) throws IOException {
        try {
            Files.createLink(as, file);
        } catch (IOException otherFileSystem) {
            Files.copy(file, as, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException unreadable) {
            throw new TestbedException("cannot read " + file + ": " + unreadable.getMessage(), unreadable);
        }
    }

    private static List<String> names(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(number -> prefix + number).toList();
    }
}
