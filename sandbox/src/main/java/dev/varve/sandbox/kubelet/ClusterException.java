package dev.varve.sandbox.kubelet;

import io.fabric8.kubernetes.api.model.HasMetadata;

/** A request of a stand-in that the API server did not carry out, other than for a conflict or a missing object. */
final class ClusterException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ClusterException(String operation, HasMetadata object, RuntimeException cause) {
        super(operation + " " + name(object) + ": " + cause.getMessage(), cause);
    }

    static String name(HasMetadata object) {
        var meta = object.getMetadata();
        String name = meta.getName() == null ? meta.getGenerateName() + "*" : meta.getName();
        return object.getKind() + " " + (meta.getNamespace() == null ? "" : meta.getNamespace() + "/") + name;
    }
}
