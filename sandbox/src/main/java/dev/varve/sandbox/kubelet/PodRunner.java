package dev.varve.sandbox.kubelet;

import io.fabric8.kubernetes.api.model.Pod;

/**
 * Gives some pods a life of their own: a kubelet calls it where a real one would start and stop processes. The calls for one
 * pod come one after the other, on a thread of their own that may block; those for different pods overlap.
 */
public interface PodRunner {

    boolean handles(Pod pod);

    /**
     * The containers are running as far as the API says. Called again after every restart, with a new sink: after the
     * machine's boot, or after an exit that the pod's restart policy answers with a restart.
     */
    void started(Pod pod, StatusSink sink);

    /** The processes are gone: the pod is being deleted, or its machine went down. Not called after the pod's own exit. */
    void stopped(Pod pod);
}
