package dev.varve.controller.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;

/** Says what has happened, to whoever lists events. An event that cannot be written stops nothing. */
public interface Events {

    /** @param reason one word, the reference's where it has one (reference-behaviour.md 1.4) */
    void normal(HasMetadata about, String reason, String message);

    void warning(HasMetadata about, String reason, String message);
}
