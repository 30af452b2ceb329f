package dev.varve.sandbox.builder;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The little of tar (POSIX ustar) that is needed here: the regular files of an archive, and an archive of a few small files
 * with nothing of the time or the machine in it.
 */
final class Tar {
    private static final int BLOCK = 512;
    private static final int NAME = 100;

    private Tar() {}

    /** Regular files by name, links and directories left out. @throws BuildException where the bytes are no archive */
    static Map<String, byte[]> files(byte[] tar) {
        var files = new LinkedHashMap<String, byte[]>();
        String longName = "";
        for (int at = 0; at + BLOCK <= tar.length && tar[at] != 0; ) {
            int size = size(tar, at);
            int from = at + BLOCK;
            if (from + size > tar.length) {
                throw new BuildException(BuildException.OWN_FAILURE, "Error: reading tar: unexpected EOF");
            }
            byte[] content = Arrays.copyOfRange(tar, from, from + size);
            char type = (char) tar[at + 156];
            if (type == 'x' || type == 'L') {
                longName = type == 'L' ? text(content, 0, size) : paxPath(content);
            } else {
                if (type == '0' || type == 0) {
                    files.put(longName.isEmpty() ? name(tar, at) : longName, content);
                }
                longName = "";
            }
            at = from + (size + BLOCK - 1) / BLOCK * BLOCK;
        }
        return files;
    }

    /** Mode 0644, owner root, time 0, in the order of the map; names of at most 100 bytes. */
    static byte[] of(Map<String, byte[]> files) {
        var out = new ByteArrayOutputStream();
        files.forEach((name, content) -> {
            out.writeBytes(header(name, content.length));
            out.writeBytes(content);
            out.writeBytes(new byte[Math.floorMod(-content.length, BLOCK)]);
        });
        out.writeBytes(new byte[2 * BLOCK]);
        return out.toByteArray();
    }

    private static byte[] header(String name, int size) {
        byte[] header = new byte[BLOCK];
        byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
        if (nameBytes.length > NAME) {
            throw new IllegalArgumentException("name of " + nameBytes.length + " bytes: " + name);
        }
        System.arraycopy(nameBytes, 0, header, 0, nameBytes.length);
        octal(header, 100, 8, 0644);
        octal(header, 108, 8, 0);
        octal(header, 116, 8, 0);
        octal(header, 124, 12, size);
        octal(header, 136, 12, 0);
        header[156] = '0';
        put(header, 257, "ustar\00000");
        // The checksum is the sum of the header with spaces where the checksum stands.
        put(header, 148, "        ");
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, String.format(Locale.ROOT, "%06o\0 ", sum));
        return header;
    }

    private static int size(byte[] tar, int at) {
        String field = text(tar, at + 124, 12).strip();
        try {
            return Integer.parseInt(field, 8);
        } catch (NumberFormatException wrong) {
            throw new BuildException(BuildException.OWN_FAILURE, "Error: reading tar: archive/tar: invalid tar header", wrong);
        }
    }

    private static String name(byte[] tar, int at) {
        String prefix = text(tar, at + 345, 155);
        String name = text(tar, at, NAME);
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    /** Records of {@code "<length> <key>=<value>\n"}. */
    private static String paxPath(byte[] records) {
        String text = new String(records, StandardCharsets.UTF_8);
        return text.lines()
                .map(line -> line.substring(line.indexOf(' ') + 1))
                .filter(record -> record.startsWith("path="))
                .map(record -> record.substring("path=".length()))
                .findFirst()
                .orElse("");
    }

    private static void octal(byte[] header, int at, int width, int value) {
        put(header, at, String.format(Locale.ROOT, "%0" + (width - 1) + "o\0", value));
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    private static String text(byte[] bytes, int at, int width) {
        int end = at;
        while (end < at + width && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, at, end - at, StandardCharsets.UTF_8);
    }
}
