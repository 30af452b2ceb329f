package dev.varve.sandbox.builder;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Build contexts as the controller makes them: a Containerfile and a rootfs.tar in a tar. */
public final class Contexts {
    private Contexts() {}

    public static byte[] of(String containerfile, Map<String, String> rootfs) {
        var files = new LinkedHashMap<String, byte[]>();
        files.put("Containerfile", bytes(containerfile));
        var root = new LinkedHashMap<String, byte[]>();
        rootfs.forEach((path, content) -> root.put(path, bytes(content)));
        files.put("rootfs.tar", Tar.of(root));
        return Tar.of(files);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
