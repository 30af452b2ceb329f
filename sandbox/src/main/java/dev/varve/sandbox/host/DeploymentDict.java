package dev.varve.sandbox.host;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.freedesktop.dbus.types.UInt64;
import org.freedesktop.dbus.types.Variant;

/** A deployment as the {@code a{sv}} that rpm-ostree shows (rpm-ostree-dbus.md 1.10). */
final class DeploymentDict {
    private static final List<String> NEVER_LAYERED =
            List.of(
                    "packages",
                    "requested-packages",
                    "requested-local-packages",
                    "requested-local-fileoverride-packages",
                    "requested-base-removals",
                    "requested-base-local-replacements");

    private DeploymentDict() {}

    static Map<String, Variant<?>> of(Deployment deployment, boolean booted, boolean staged) {
        Map<String, Variant<?>> dict = new LinkedHashMap<>();
        dict.put("id", new Variant<>(deployment.id()));
        dict.put("osname", new Variant<>(Deployment.OS_NAME));
        dict.put("serial", new Variant<>(0));
        dict.put("checksum", new Variant<>(deployment.checksum()));
        dict.put("version", new Variant<>(deployment.version()));
        dict.put("timestamp", new Variant<>(new UInt64(deployment.created().getEpochSecond())));
        dict.put("container-image-reference", new Variant<>(deployment.refspec()));
        dict.put("container-image-reference-digest", new Variant<>(deployment.digest().value()));
        dict.put("unlocked", new Variant<>("none"));
        dict.put("booted", new Variant<>(booted));
        dict.put("staged", new Variant<>(staged));
        dict.put("pinned", new Variant<>(false));
        dict.put("regenerate-initramfs", new Variant<>(false));
        NEVER_LAYERED.forEach(key -> dict.put(key, new Variant<>(List.of(), "as")));
        Map<String, Variant<?>> commit = Map.of("ostree.manifest-digest", new Variant<>(deployment.digest().value()));
        dict.put("base-commit-meta", new Variant<>(commit, "a{sv}"));
        return dict;
    }
}
