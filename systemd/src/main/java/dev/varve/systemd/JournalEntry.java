package dev.varve.systemd;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * An entry of the journal: names of fields and their texts. Control characters but tabs and line ends are shown as {@code ?}:
 * journalctl prints no text that has one.
 */
public record JournalEntry(Map<String, String> fields) {
    /** journald's rule: others are dropped with their value, and a leading underscore is journald's own. */
    private static final Pattern NAME = Pattern.compile("[A-Z][A-Z0-9_]{0,63}");
    /** Characters of one text: journald would take hundreds of MiB, and keep them, but this process has not so much memory. */
    static final int LONGEST = 2 * 1024 * 1024;

    /** @throws IllegalArgumentException for a name that journald would not take */
    public JournalEntry {
        for (String name : fields.keySet()) {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("\"" + name + "\" is no name of a journal field");
            }
        }
        fields = Map.copyOf(fields);
    }

    /** {@code NAME=text} on a line; a text of several lines as name, length in 64 bits little-endian, text. */
    byte[] datagram() {
        var out = new ByteArrayOutputStream();
        fields.forEach((name, text) -> {
            byte[] value = cut(text).replaceAll("[\\p{Cc}&&[^\\t\\n]]", "?").getBytes(StandardCharsets.UTF_8);
            out.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
            if (text.indexOf('\n') < 0) {
                out.write('=');
            } else {
                out.write('\n');
                out.writeBytes(ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value.length).array());
            }
            out.writeBytes(value);
            out.write('\n');
        });
        return out.toByteArray();
    }

    private static String cut(String text) {
        if (text.length() <= LONGEST) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
        return text.substring(0, end) + " [cut here, of " + text.length() + " characters]";
    }
}
