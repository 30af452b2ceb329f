package dev.varve.sandbox;

import dev.varve.contract.Pullspec;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Optional;

/**
 * A cluster that scenarios are played on. What a user could do with kubectl is done with {@link #client()}; the rest is what
 * a user would look up on a node.
 */
public interface Cluster extends AutoCloseable {

    /** With every right, as the one who set the cluster up. */
    KubernetesClient client();

    /** Names of the machines that can be layered, in a fixed order. */
    List<String> machines();

    /** What {@code rpm-ostree status} prints on the node, asked of the node's own rpm-ostree. */
    String rpmOstreeStatus(String node);

    /** The image the node is booted into, asked of the node's own rpm-ostree; empty while it is down. */
    Optional<Pullspec> bootedImage(String node);

    /** True where the command is in the image the node is booted into. */
    boolean hasCommand(String node, String command);

    /** The next pull on the node ends with this text, as rpm-ostree would report it. */
    void breakNextPull(String node, String text);

    /** The node's boot loader falls back to the old image at its next boot into a new one. */
    void breakNextBoot(String node);

    /** What the parts of this cluster are: shown on the first screen of whatever runs on it. */
    Parts parts();

    /** One line a part: what is real in this run, and what is simulated. */
    record Parts(List<String> real, List<String> simulated) {
        public Parts {
            real = List.copyOf(real);
            simulated = List.copyOf(simulated);
        }
    }

    @Override
    void close();
}
