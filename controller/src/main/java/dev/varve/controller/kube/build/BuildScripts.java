package dev.varve.controller.kube.build;

import dev.varve.contract.Keys;
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
    /** Where a subscription of the pool is found, if it has one. */
    static final String ENTITLEMENT = "/entitled/etc/pki/entitlement";
    static final String GPG_KEYS = "/entitled/etc/pki/rpm-gpg";
    static final String REPOSITORIES = "/entitled/etc/yum.repos.d";
    static final String STORAGE = "/var/lib/containers";
    /** Percent of its volume, from which on a cache is emptied: a build needs room too. */
    private static final int FULL = 80;

    /** buildah wants {@code auths} around what an older kind of secret has without. */
    private static final String LOGIN = """
            if [ -f /credentials/.dockerconfigjson ]; then
              cat /credentials/.dockerconfigjson
            else
              printf '{"auths":'; cat /credentials/.dockercfg; printf '}'
            fi > /tmp/auth.json
            """;

    /**
     * What a claim has kept is used: layers by buildah, bases by {@link #TAKE_BASE}. Not by the first build after a person has
     * asked to build once more: what a RUN fetched then is to be fetched anew, and kept. Emptied by buildah, in whose user
     * namespace whatever is in an image belongs to root.
     */
    private static final String USE_CACHE = """
            FRESH=
            if [ -n "$CACHE" ]; then
              export BUILDAH_LAYERS=true
              used=$(df -P "$CACHE" | tail -n 1 | tr -s ' ' | cut -d ' ' -f 5 | tr -d %%)
              if [ "$used" -ge %d ]; then
                echo "the volume of the build cache is full to $used %% and is emptied: this build fetches and builds everything" >&2
                buildah unshare find "$CACHE" -mindepth 1 -delete || exit 125
              fi
              mkdir -p "$CACHE/varve/bases" "$CACHE/varve/rebuilds"
              kept=$CACHE/varve/rebuilds/$CONFIG
              if [ ! -f "$kept" ] || [ "$(cat "$kept")" != "$REBUILDS" ]; then FRESH=--no-cache; fi
            fi
            """.formatted(FULL);

    private static final String KEEP_CACHE = """
            if [ -n "$CACHE" ]; then printf %s "$REBUILDS" > "$kept"; fi
            """;

    /** Where the two containers meet for the base. */
    private static final String BASE_PLACE = """
            base=/shared/base
            if [ -n "$CACHE" ]; then base=$CACHE/varve/bases/${BASE##*:}; fi
            """;

    /**
     * buildah keeps layers unpacked and packs them again for the push, by which the base's layers get other digests: a node
     * that has them already would pull and import all of them once more. So the base comes as it is, byte for byte, and
     * buildah finds it by its name. Anything that fails here is a failure like buildah's own. A builder image without skopeo
     * builds all the same.
     */
    private static final String TAKE_BASE = BASE_PLACE + """
            if command -v skopeo >/dev/null; then
              if [ ! -d "$base" ]; then
                rm -rf "$base.partial"
                skopeo ${POLICY:+--policy "$POLICY"} copy --authfile /tmp/auth.json "docker://$BASE" dir:"$base.partial" || exit 125
                mv "$base.partial" "$base"
              fi
              id=$(buildah pull --quiet ${POLICY:+--signature-policy "$POLICY"} --storage-driver "$STORAGE_DRIVER" dir:"$base")
              buildah tag --storage-driver "$STORAGE_DRIVER" "$id" "${BASE%@*}"
            fi
            """;

    /**
     * Where the registry has a layer in the form in which it was pulled, buildah takes that and packs nothing. The base gets
     * no tag.
     */
    private static final String BRING_BASE = BASE_PLACE + """
            if [ -d "$base" ]; then
              digest=sha256:$(sha256sum < "$base/manifest.json" | cut -c1-64)
              skopeo copy --authfile /tmp/auth.json dir:"$base" "docker://${TAG%:*}@$digest" ||
                echo 'the layers of the base image did not get to the registry as they are, nodes will pull them once more' >&2
            fi
            """;

    /**
     * What the pool's MachineConfigs say of registries and signatures holds for its build, too: mirrors, blocked registries,
     * which keys an image must be signed with.
     */
    private static final String FOLLOW_CONFIG = """
            POLICY=
            if [ -f /tmp/context/policy.json ]; then POLICY=/tmp/context/policy.json; fi
            if [ -f /tmp/context/registries.conf ]; then
              cp /tmp/context/registries.conf /shared/registries.conf
              export CONTAINERS_REGISTRIES_CONF=/shared/registries.conf
            fi
            """;

    /**
     * A subscription, repositories and keys are there while a RUN of the Containerfile runs, and are no part of the image.
     * Copied: what the kubelet mounts are links into a directory beside them.
     */
    private static final String LEND_ENTITLEMENTS = """
            set --
            for place in etc/pki/entitlement etc/pki/rpm-gpg etc/yum.repos.d; do
              if [ -n "$(ls /entitled/$place 2>/dev/null)" ]; then
                mkdir -p /tmp/lent/$place
                for file in /entitled/$place/*; do cp -L "$file" /tmp/lent/$place/; done
                chmod -R a+rX /tmp/lent/
                set -- "$@" --volume /tmp/lent/$place:/$place:ro
              fi
            done
            for name in HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy; do
              if printenv $name >/dev/null; then set -- "$@" --build-arg $name; fi
            done
            """;

    /** The label comes last, by buildah: before the user's commands it would be another layer cache for each text of theirs. */
    static final String BUILD = """
            set -eu
            trap 'code=$?; [ $code -eq 0 ] || touch /shared/failed' EXIT
            umask 077
            """ + LOGIN + """
            umask 022
            mkdir -p /tmp/context
            tar -xf /context/context.tar -C /tmp/context
            """ + FOLLOW_CONFIG + USE_CACHE + TAKE_BASE + LEND_ENTITLEMENTS + """
            buildah bud --isolation chroot $FRESH --storage-driver "$STORAGE_DRIVER" --authfile /tmp/auth.json \\
              ${POLICY:+--signature-policy "$POLICY"} "$@" --label "%s=$INPUTS" --tag "$TAG" --file /tmp/context/Containerfile /tmp/context
            """.formatted(Keys.INPUTS_LABEL) + KEEP_CACHE + """
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
            if [ -f /shared/registries.conf ]; then export CONTAINERS_REGISTRIES_CONF=/shared/registries.conf; fi
            """.formatted(ContainerFacts.NOTHING_TO_PUSH) + BRING_BASE + """
            buildah push --storage-driver "$STORAGE_DRIVER" --authfile /tmp/auth.json --digestfile /tmp/digest \\
              "$TAG" "docker://$TAG"
            cat /tmp/digest > /dev/termination-log
            """;

    private BuildScripts() {}
}
