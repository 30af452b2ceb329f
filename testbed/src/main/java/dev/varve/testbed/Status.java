package dev.varve.testbed;

import dev.varve.contract.Keys;
import dev.varve.testbed.build.Sources;
import dev.varve.testbed.node.Machines;
import dev.varve.testbed.state.Facts;
import dev.varve.testbed.state.Home;
import dev.varve.testbed.state.Part;
import dev.varve.testbed.state.Parts;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.PrintWriter;
import java.util.List;

/** What of a testbed runs. */
public final class Status {
    private final Home home;
    private final Parts parts;
    private final Machines machines;

    public Status(Home home, Sources sources) {
        this.home = home;
        this.parts = new Parts(home);
        this.machines = new Machines(home, sources);
    }

    /** True where it is whole. */
    public boolean show(PrintWriter out) {
        Preflight.machine();
        if (!home.exists()) {
            out.println("testbed " + home.index() + " is not there; ./varve testbed up starts one");
            out.flush();
            return false;
        }
        boolean whole = Facts.are(home) && parts.dead().isEmpty();
        out.println("testbed " + home.index() + (whole ? " is up" : " is not whole") + "; kubeconfig " + home.kubeconfig() + ", logs " + home.file("log"));
        List<Part> all = parts.all();
        all.forEach(part -> out.printf("  %-24s %-8s %s%n", part.name(), part.isAlive() ? "runs" : "ended", part.isAlive() ? "process " + part.pid() : home.log(part.name())));
        machines.all().forEach(node -> out.printf("  %-24s booted %d times%n", node, machines.boots(node).size()));
        if (whole) {
            nodes(out);
        }
        out.flush();
        return whole;
    }

    private void nodes(PrintWriter out) {
        try (KubernetesClient client = Clients.administrator(home)) {
            for (Node node : client.nodes().list().getItems()) {
                var annotations = node.getMetadata().getAnnotations();
                out.printf("  %-24s %-8s %s%n", node.getMetadata().getName(), Installation.isReady(node) ? "Ready" : "NotReady",
                        annotations.getOrDefault(Keys.PHASE, ""));
            }
        } catch (KubernetesClientException noAnswer) {
            out.println("  API server does not answer: " + noAnswer.getMessage());
        }
    }
}
