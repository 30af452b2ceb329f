package dev.varve.sandbox.builder;

import dev.varve.contract.Digest;
import dev.varve.contract.Pullspec;
import dev.varve.sandbox.registry.AuthFile;
import dev.varve.sandbox.registry.RegistryAliases;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Small operating-system images to build on and boot from: real images, with an operating system's labels and hardly a file. */
public final class BaseImage {
    // As the release of the guide says it of itself; fixed, so that the same version is always the same digest.
    private static final Instant RELEASED = Instant.parse("2024-08-19T01:45:32Z");
    private static final String OS_RELEASE = "usr/lib/os-release";

    private BaseImage() {}

    /**
     * Pushes one to {@code <repository>:<version>} and returns it by digest. The same version is always the same image.
     *
     * @param repository host and repository, e.g. {@code 127.0.0.1:5000/os/base}; a tag is replaced
     * @param version for {@code org.opencontainers.image.version}; also the tag
     * @throws BuildException where the registry refuses
     */
    public static Pullspec push(RegistryAliases aliases, Pullspec repository, AuthFile auth, String version) {
        OciImage image = OciImage.empty()
                .withLayer(file(OS_RELEASE, "NAME=\"Varve Sandbox OS\"\nID=varve-sandbox\nVERSION_ID=" + version + "\nOSTREE_VERSION=" + version + "\n"),
                        "base: " + OS_RELEASE)
                .withLayer(file("usr/lib/modules/0.0.0-simulated/vmlinuz", "not a kernel\n"), "base: kernel")
                .withLabels(labels(version))
                .created(RELEASED);
        Pullspec tagged = repository.withTag(version);
        Digest digest = new Transport(aliases, line -> { }).push(image, tagged, auth);
        return tagged.withDigest(digest);
    }

    private static Map<String, String> labels(String version) {
        var labels = new LinkedHashMap<String, String>();
        labels.put("containers.bootc", "1");
        labels.put("io.varve.sandbox", "a simulated operating system");
        labels.put("org.opencontainers.image.version", version);
        labels.put("ostree.bootable", "1");
        labels.put("version", version);
        return labels;
    }

    private static Layer file(String path, String content) {
        return Layer.of(Tar.of(Map.of(path, content.getBytes(StandardCharsets.UTF_8))));
    }
}
