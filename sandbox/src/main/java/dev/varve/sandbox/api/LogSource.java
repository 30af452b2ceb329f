package dev.varve.sandbox.api;

/** Where the output of containers is kept: a kubelet's part, which a real API server asks for as well. */
@FunctionalInterface
public interface LogSource {

    /** Output so far, empty where there is none. */
    String log(String namespace, String pod, String container);
}
