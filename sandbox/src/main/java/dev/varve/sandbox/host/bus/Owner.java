package dev.varve.sandbox.host.bus;

/** The right to a name on the bus, and to speak under it. */
public interface Owner {

    String uniqueName();

    void signal(String path, String iface, String member, String signature, Object... values);

    /** Gives the name up; calls without an answer end in {@code NoReply}, as when the process dies. */
    void release();
}
