package dev.varve.testbed;

import dev.varve.testbed.build.Sources;
import dev.varve.testbed.host.Command;
import dev.varve.testbed.host.TestbedException;
import dev.varve.testbed.node.Machines;
import dev.varve.testbed.state.Home;
import dev.varve.testbed.state.Parts;
import dev.varve.testbed.state.Traces;
import java.time.Duration;
import java.util.List;

/** Takes a testbed down, whatever is left of it: nodes, then parts, then the network, then the directory that names them all. */
public final class Down {
    private static final Duration REMOVAL = Duration.ofMinutes(5);

    private final Home home;
    private final Progress progress;
    private final Parts parts;
    private final Machines machines;

    public Down(Home home, Sources sources, Progress progress) {
        this.home = home;
        this.progress = progress;
        this.parts = new Parts(home);
        this.machines = new Machines(home, sources);
    }

    public void down() {
        Preflight.machine();
        if (!home.exists() && Traces.of(home).none()) {
            progress.say("testbed " + home.index() + " is not there");
            return;
        }
        List<String> nodes = machines.all();
        Together.run(nodes.stream().<Runnable>map(node -> () -> machines.destroy(node)).toList());
        parts.stopAll();
        machines.bridge(false);
        // Not over mounts: what is mounted here and not unmounted above is somebody else's.
        Command.of("rm", "-rf", "--one-file-system", home.directory()).within(REMOVAL).run();
        Traces left = Traces.of(home);
        if (!left.none()) {
            throw new TestbedException("testbed " + home.index() + " is down, but for what is still on this machine: " + left
                    + "; try it again, and report it where that does not help");
        }
        progress.say("testbed " + home.index() + " is down; nothing of it is left");
    }
}
