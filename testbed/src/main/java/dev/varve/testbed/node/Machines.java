package dev.varve.testbed.node;

import dev.varve.contract.Pullspec;
import dev.varve.testbed.build.Sources;
import dev.varve.testbed.host.Command;
import dev.varve.testbed.host.TestbedException;
import dev.varve.testbed.parts.Registry;
import dev.varve.testbed.state.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The machines of a testbed, each under systemd-nspawn with a libostree deployment as its root. */
public final class Machines {
    private static final Duration BOOT = Duration.ofSeconds(90);

    private final Home home;
    private final Path program;

    public Machines(Home home, Sources sources) {
        this.home = home;
        this.program = sources.file("testbed/node/machine");
    }

    /** Says in one sentence, by an exception, why this machine cannot have such nodes. */
    public void check() {
        machine("check").run();
    }

    public void bridge(boolean up) {
        machine("network", up ? "up" : "down").run();
    }

    /**
     * @param tree what {@code testbed/tree/build} made
     * @param base the image that the machine is installed with, already in the tree's repository
     */
    public void create(String node, int index, Path tree, Pullspec base) {
        machine("create", node, index).with(Map.of(
                "TREE", tree.toString(),
                "BASE_PULLSPEC", base.toString(),
                "NODE_KUBECONFIG", home.pki("node-" + node + ".kubeconfig").toString(),
                "CA_CERT", home.pki("ca.crt").toString(),
                "HOST_AUTH", home.file(Registry.HOST_AUTH).toString(),
                "REGISTRY_HOSTS", Registry.BASE_HOST + " " + Registry.PUSH_HOST)).run();
    }

    public void start(String node) {
        machine("start", node).run();
    }

    /** Ends when its systemd says that it runs. */
    public void await(String node) {
        machine("wait", node).within(BOOT).run();
    }

    /** As by its power button. */
    public void stop(String node) {
        machine("stop", node).run();
    }

    /** Takes the power away and gives it back. */
    public void cut(String node) {
        machine("cut", node).run();
    }

    /** Takes the power away until {@link #start}. */
    public void off(String node) {
        machine("off", node).run();
    }

    public void destroy(String node) {
        machine("destroy", node).run();
    }

    /** One line a boot, oldest first: when, what was booted, how the boot before ended. */
    public List<String> boots(String node) {
        return machine("boots", node).output().lines().toList();
    }

    /** @param kind {@code pull}, {@code boot} or {@code return}: what will fail the next time, once */
    public void fault(String node, String kind) {
        machine("fault", node, kind).run();
    }

    /** Runs it inside, as root. */
    public Command.Ended in(String node, Object... words) {
        return machine("exec", node).and(words).end();
    }

    /** Those that were ever made and not destroyed, in the order of their names. */
    public List<String> all() {
        if (!Files.isDirectory(home.file("nodes"))) {
            return List.of();
        }
        try (Stream<Path> nodes = Files.list(home.file("nodes"))) {
            return nodes.map(path -> path.getFileName().toString()).sorted().toList();
        } catch (IOException unreadable) {
            throw new TestbedException("cannot read " + home.file("nodes") + ": " + unreadable.getMessage(), unreadable);
        }
    }

    private Command machine(Object... words) {
        return Command.of(program).and(words).with(Map.of("STATE", home.directory().toString(), "N", home.indexText()));
    }
}
