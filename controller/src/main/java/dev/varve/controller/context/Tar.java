package dev.varve.controller.context;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Writes a tar of the POSIX ustar form, with pax headers for what does not fit it (POSIX.1-2017, pax). Deterministic:
 * entries sorted by path, all times 0, nothing of this machine in it.
 */
final class Tar {
    private static final int BLOCK = 512;
    private static final int NAME = 100;
    private static final int OWNER_NAME = 32;
    private static final int CHECKSUM_AT = 148;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private Tar() {}

    static byte[] of(Collection<TarEntry> entries) {
        var tar = new Tar();
        List<TarEntry> sorted = entries.stream().sorted(Comparator.comparing(TarEntry::path)).toList();
        sorted.forEach(tar::add);
        // The end: two empty blocks.
        tar.out.writeBytes(new byte[2 * BLOCK]);
        return tar.out.toByteArray();
    }

    private void add(TarEntry entry) {
        String path = entry.kind() == TarEntry.Kind.Directory ? entry.path() + "/" : entry.path();
        String link = entry.link().orElse("");
        var pax = new ByteArrayOutputStream();
        if (bytes(path).length > NAME) {
            pax.writeBytes(record("path", path));
        }
        if (bytes(link).length > NAME) {
            pax.writeBytes(record("linkpath", link));
        }
        if (pax.size() > 0) {
            header("PaxHeader", 0644, TarEntry.Owner.ROOT, pax.size(), 'x', "");
            body(pax.toByteArray());
        }
        header(path, entry.mode(), entry.owner(), entry.content().length, entry.kind().flag(), link);
        body(entry.content());
    }

    private void header(String path, int mode, TarEntry.Owner owner, int size, char flag, String link) {
        byte[] block = new byte[BLOCK];
        text(block, 0, NAME, path);
        octal(block, 100, 8, mode);
        octal(block, 108, 8, owner.uid());
        octal(block, 116, 8, owner.gid());
        octal(block, 124, 12, size);
        octal(block, 136, 12, 0);
        block[156] = (byte) flag;
        text(block, 157, NAME, link);
        text(block, 257, 6, "ustar");
        text(block, 263, 2, "00");
        text(block, 265, OWNER_NAME, owner.user());
        text(block, 297, OWNER_NAME, owner.group());
        octal(block, 329, 8, 0);
        octal(block, 337, 8, 0);
        checksum(block);
        out.writeBytes(block);
    }

    /** The sum over the block, in which its own field counts as spaces. */
    private static void checksum(byte[] block) {
        Arrays.fill(block, CHECKSUM_AT, CHECKSUM_AT + 8, (byte) ' ');
        int sum = 0;
        for (byte b : block) {
            sum += b & 0xff;
        }
        text(block, CHECKSUM_AT, 7, String.format(Locale.ROOT, "%06o", sum));
        block[CHECKSUM_AT + 6] = 0;
    }

    private void body(byte[] content) {
        out.writeBytes(content);
        out.writeBytes(new byte[Math.floorMod(-content.length, BLOCK)]);
    }

    /** {@code "<length> <key>=<value>\n"}, where the length counts its own digits. */
    private static byte[] record(String key, String value) {
        String rest = " " + key + "=" + value + "\n";
        int length = bytes(rest).length;
        int whole = length + String.valueOf(length).length();
        whole = length + String.valueOf(whole).length();
        return bytes(whole + rest);
    }

    private static void octal(byte[] block, int at, int width, int number) {
        text(block, at, width, String.format(Locale.ROOT, "%0" + (width - 1) + "o", number));
    }

    private static void text(byte[] block, int at, int width, String text) {
        byte[] bytes = bytes(text);
        System.arraycopy(bytes, 0, block, at, Math.min(width, bytes.length));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
