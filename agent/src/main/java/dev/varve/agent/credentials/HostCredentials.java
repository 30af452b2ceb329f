package dev.varve.agent.credentials;

/** The credentials with which the host pulls. Safe for use by several threads. */
public interface HostCredentials extends AutoCloseable {
    /** Of a host whose credentials are somebody else's business. */
    HostCredentials NONE = new HostCredentials() {
        @Override
        public String bring() {
            return "";
        }

        @Override
        public boolean changed() {
            return false;
        }

        @Override
        public void onChange(Runnable wake) {}

        @Override
        public void close() {}
    };

    /** Brings the host what is wanted now. Answers with one sentence where that is not possible, else with "". */
    String bring();

    /** What is wanted is no longer what was brought last; also before anything was brought. */
    boolean changed();

    /** Calls back, from a thread that must not be held up, whenever {@link #changed()} may have become true. */
    void onChange(Runnable wake);

    @Override
    void close();
}
