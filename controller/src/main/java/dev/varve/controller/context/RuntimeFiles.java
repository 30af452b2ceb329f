package dev.varve.controller.context;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What belongs below {@code /var}: an image's {@code /var} reaches a node at its first installation only, and
 * {@code ostree container commit} refuses one with files in it. So the image carries a tmpfiles.d(5) file that writes them
 * at each boot; {@code +} overwrites, {@code ~} says that the contents are base64.
 */
final class RuntimeFiles {
    static final String PATH = "usr/lib/tmpfiles.d/varve-machineconfig.conf";

    /** On an ostree host these are below /var, whatever they are called. */
    private static final List<String> BELOW_VAR = List.of("/var/", "/home/", "/root/", "/srv/", "/mnt/", "/media/");

    private final StringBuilder lines = new StringBuilder();

    static boolean holds(String path) {
        return BELOW_VAR.stream().anyMatch(path::startsWith);
    }

    void file(String path, int mode, String user, String group, byte[] content) {
        line("f+~", path, octal(mode), user, group, Base64.getEncoder().encodeToString(content));
    }

    void directory(String path, int mode, String user, String group) {
        line("d", path, octal(mode), user, group, "");
    }

    void link(String path, String target) {
        line("L+", path, "-", "-", "-", target);
    }

    Optional<TarEntry> entry() {
        return lines.isEmpty()
                ? Optional.empty()
                : Optional.of(TarEntry.file(PATH, 0644, TarEntry.Owner.ROOT, lines.toString().getBytes(StandardCharsets.UTF_8)));
    }

    private void line(String type, String path, String mode, String user, String group, String argument) {
        // % begins a specifier in paths and arguments, and a path with spaces must be quoted.
        String quoted = "\"" + path.replace("\\", "\\\\").replace("\"", "\\\"").replace("%", "%%") + "\"";
        lines.append(String.join(" ", type, quoted, mode, user, group, "-", argument.replace("%", "%%")).strip()).append('\n');
    }

    private static String octal(int mode) {
        return String.format(Locale.ROOT, "%04o", mode);
    }
}
