package dev.varve.sandbox.registry;

import java.util.List;

/** Media types of the OCI image specification and of Docker's schema 2, as far as they occur here. */
public final class MediaTypes {
    public static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    public static final String INDEX = "application/vnd.oci.image.index.v1+json";
    public static final String CONFIG = "application/vnd.oci.image.config.v1+json";
    public static final String LAYER_GZIP = "application/vnd.oci.image.layer.v1.tar+gzip";
    public static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    public static final String DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";

    /** What a client that reads images accepts as a manifest. */
    static final List<String> MANIFESTS = List.of(MANIFEST, INDEX, DOCKER_MANIFEST, DOCKER_LIST);

    static final String OCTETS = "application/octet-stream";
    static final String JSON = "application/json";

    private MediaTypes() {}
}
