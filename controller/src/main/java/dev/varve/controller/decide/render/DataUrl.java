package dev.varve.controller.decide.render;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;

/** The bytes of a {@code data:} URL (RFC 2397), plain or base64. */
public final class DataUrl {
    private static final String SCHEME = "data:";

    private DataUrl() {}

    /**
     * @param source an empty one is an empty file, as in Ignition
     * @throws IllegalArgumentException saying what is wrong
     */
    public static byte[] bytes(String source) {
        if (source.isEmpty()) {
            return new byte[0];
        }
        int comma = source.indexOf(',');
        if (!source.startsWith(SCHEME) || comma < 0) {
            throw new IllegalArgumentException("want data:[<type>][;base64],<contents>");
        }
        byte[] body = unescaped(source.substring(comma + 1));
        return source.substring(0, comma).toLowerCase(Locale.ROOT).endsWith(";base64") ? base64(body) : body;
    }

    static void check(String path, String source) {
        try {
            bytes(source);
        } catch (IllegalArgumentException wrong) {
            throw new Refusal(path, "cannot be read: " + wrong.getMessage());
        }
    }

    private static byte[] base64(byte[] body) {
        String text = new String(body, StandardCharsets.ISO_8859_1).strip();
        boolean web = text.indexOf('-') >= 0 || text.indexOf('_') >= 0;
        return (web ? Base64.getUrlDecoder() : Base64.getDecoder()).decode(text);
    }

    private static byte[] unescaped(String text) {
        byte[] raw = text.getBytes(StandardCharsets.UTF_8);
        var out = new ByteArrayOutputStream(raw.length);
        for (int i = 0; i < raw.length; i++) {
            if (raw[i] != '%') {
                out.write(raw[i]);
            } else if (i + 2 < raw.length && HexFormat.isHexDigit(raw[i + 1]) && HexFormat.isHexDigit(raw[i + 2])) {
                out.write(HexFormat.fromHexDigit(raw[i + 1]) << 4 | HexFormat.fromHexDigit(raw[i + 2]));
                i += 2;
            } else {
                throw new IllegalArgumentException("% must be followed by two hexadecimal digits");
            }
        }
        return out.toByteArray();
    }
}
