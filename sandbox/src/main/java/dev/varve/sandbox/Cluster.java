package dev.varve.sandbox;

import dev.varve.contract.Pullspec;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A cluster that scenarios are played on, with Varve installed. What a user could do with kubectl is done with
 * {@link #client()}; the rest is what a user would look up on a node, and what can befall a node. On every cluster the hosts
 * of the guide lead to a registry that takes the guide's user and password, and nodes that are no {@link #machines()} may
 * stand beside those that are.
 */
public interface Cluster extends AutoCloseable {

    /** With every right, as the one who set the cluster up. */
    KubernetesClient client();

    /** For a kubectl with every right. */
    Path kubeconfig();

    /** Names of the machines that can be layered, in a fixed order. */
    List<String> machines();

    /** Names of nodes beside the machines that Varve can update too, whose machines are simulated; may be none. */
    default List<String> fleet() {
        return List.of();
    }

    /** The longest that one build, or one node on its way to another image, may take here before a scenario gives up. */
    Duration patience();

    /** An image that nodes can run here and that goes on until it is told to end: for the pods of a service. */
    String serviceImage();

    /** What {@code rpm-ostree status} prints on the node, asked of the node's own rpm-ostree. */
    String rpmOstreeStatus(String node);

    /** The image the node is booted into, asked of the node's own rpm-ostree; empty while it is down. */
    Optional<Pullspec> bootedImage(String node);

    /** The kernel's command line of the node's present boot, asked of the node. */
    List<String> kernelArguments(String node);

    /** True where the command is in the image the node is booted into. */
    boolean hasCommand(String node, String command);

    /** True while the machine runs, whatever the API says of its node. */
    boolean isUp(String node);

    /** Tells the listener of every machine that goes down from now on, until what is returned is closed. */
    AutoCloseable watchPower(PowerListener listener);

    /** The next pull on the node is cut off by the network; the one after it is not. */
    void breakNextPull(String node);

    /** The node's boot loader falls back to the old image at its next boot into a new one. */
    void breakNextBoot(String node);

    /** The machine does not come up again after it next went down: {@link #powerOn} brings it back. */
    void breakNextReturn(String node);

    /** Switches a machine on that is off; returns at once. Does nothing where it is on. */
    void powerOn(String node);

    /** Takes the power away, now, and gives it back: whatever was only staged is lost. Returns when the machine is off. */
    void powerCut(String node);

    /** Deletes the image from the registry, as whoever cleans it up would; nodes that run it go on. */
    void deleteImage(Pullspec image);

    /** True where the registry has it; asked of the registry. */
    boolean hasImage(Pullspec image);

    /** Gives an image that is there another tag, as anybody who may push there could. */
    void tagImage(Pullspec image, String tag);

    /** Kills the node's agent as {@code kill -9} would; its kubelet starts it again. False where none runs. */
    boolean killAgent(String node);

    /** Kills the controller as {@code kill -9} would, and has another in its place, which has to wait for the lease. */
    void replaceController();

    /**
     * Back to before the guide, in whatever state a scenario left it: machines on, booted into what they were installed
     * with, schedulable, with nothing of Varve on their nodes; no pool, config, build or service of the guide; no fault armed.
     * Quick where that is so already.
     *
     * @throws SandboxException where it does not get there
     */
    void reset();

    /** What the parts of this cluster are: shown on the first screen of whatever runs on it. */
    Parts parts();

    /** One line a part: what is real in this run, and what is simulated. */
    record Parts(List<String> real, List<String> simulated) {
        public Parts {
            real = List.copyOf(real);
            simulated = List.copyOf(simulated);
        }
    }

    /** Hears of machines that go down; called when the last process has ended, or as soon after that as can be seen. */
    @FunctionalInterface
    interface PowerListener {
        /** Must not block. */
        void wentDown(String node, Outage why);
    }

    /** Ends what was begun here, and no more: a cluster that was up before stays up. */
    @Override
    void close();
}
