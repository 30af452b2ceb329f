package dev.varve.controller.kube.build;

import dev.varve.controller.decide.build.ContainerFacts;

/**
 * What runs in the two containers, for a POSIX shell. They meet in two files of the shared directory: {@code built} and
 * {@code failed}. Everything that varies comes in by the environment, so that no name can become a command.
 */
final class BuildScripts {
    static final String CONTEXT = "/context";
    static final String CREDENTIALS = "/credentials";
    static final String SHARED = "/shared";
    static final String TRUST = "/etc/varve/trust";
    static final String STORAGE = "/var/lib/containers";

    /** buildah wants {@code auths} around what an older kind of secret has without. */
    private static final String LOGIN = """
            if [ -f /credentials/.dockerconfigjson ]; then
              cat /credentials/.dockerconfigjson
            else
              printf '{"auths":'; cat /credentials/.dockercfg; printf '}'
            fi > /tmp/auth.json
            """;

    static final String BUILD = """
            set -eu
            trap 'code=$?; [ $code -eq 0 ] || touch /shared/failed' EXIT
            umask 077
            """ + LOGIN + """
            umask 022
            mkdir -p /tmp/context
            tar -xf /context/context.tar -C /tmp/context
            buildah bud --isolation chroot --storage-driver "$STORAGE_DRIVER" --authfile /tmp/auth.json \\
              --tag "$TAG" --file /tmp/context/Containerfile /tmp/context
            touch /shared/built
            """;

    static final String PUSH = """
            set -eu
            umask 077
            """ + LOGIN + """
            until [ -f /shared/built ]; do
              if [ -f /shared/failed ]; then
                echo 'image-build failed, there is nothing to push' >&2
                exit %d
              fi
              sleep 1
            done
            buildah push --storage-driver "$STORAGE_DRIVER" --authfile /tmp/auth.json --digestfile /tmp/digest \\
              "$TAG" "docker://$TAG"
            cat /tmp/digest > /dev/termination-log
            """.formatted(ContainerFacts.NOTHING_TO_PUSH);

    private BuildScripts() {}
}
