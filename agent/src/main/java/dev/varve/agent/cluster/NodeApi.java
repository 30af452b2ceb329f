package dev.varve.agent.cluster;

import dev.varve.agent.decide.NodeView;
import dev.varve.agent.decide.PodFacts;
import java.util.List;
import java.util.Optional;

/**
 * The own Node, its pods, and nothing else of the cluster. Requests throw {@link ClusterException}; none is retried here.
 * Safe for use by several threads.
 */
public interface NodeApi extends AutoCloseable {

    /** Begins to watch. Where the API server cannot be reached it goes on trying. */
    void start();

    /** The Node as last seen, by the watch or in the answer to a patch, whichever is newer; empty before that. */
    Optional<NodeView> node();

    /** Calls back, from a thread that must not be held up, whenever {@link #node()} is another one. */
    void onChange(Runnable wake);

    /** The Node after the patch. */
    NodeView patch(NodePatch patch);

    /** All pods that are bound to this node. */
    List<PodFacts> pods();

    /** Evicts exactly this pod, by its UID. */
    Eviction evict(PodFacts pod);

    /** Deletes exactly this pod, by its UID; false where it was gone already. */
    boolean delete(PodFacts pod);

    /**
     * Tells people, on the Node, what has happened.
     *
     * @param warning something went wrong
     * @param reason the reference's word, e.g. {@code Drain}
     */
    void event(boolean warning, String reason, String message);

    /** Ends the watch. Writes nothing. */
    @Override
    void close();
}
