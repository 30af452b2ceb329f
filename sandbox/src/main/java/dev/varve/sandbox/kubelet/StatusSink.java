package dev.varve.sandbox.kubelet;

/** What the processes of one started pod tell their kubelet. What comes after the pod was stopped is dropped. Thread-safe. */
public interface StatusSink {

    /** The container's process has ended. @param message its termination message, may be empty */
    void exited(String container, int exitCode, String message);

    /** One line of the container's output. */
    void log(String container, String line);
}
