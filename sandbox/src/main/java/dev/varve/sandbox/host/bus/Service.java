package dev.varve.sandbox.host.bus;

/** What stands behind a name on the bus. Called on the loop it was given with the name, one call at a time. */
public interface Service {

    /**
     * Answers now or later.
     *
     * @throws BusError to answer with that error
     */
    void handle(Call call) throws BusError;

    /** A connection has left the bus. */
    default void vanished(String uniqueName) {}
}
