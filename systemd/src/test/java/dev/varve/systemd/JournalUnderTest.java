package dev.varve.systemd;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The journal's end of its socket: receives entries, and reads them as systemd's JOURNAL_NATIVE_PROTOCOL says. */
final class JournalUnderTest implements AutoCloseable {
    private final DatagramsUnderTest socket;

    JournalUnderTest(Path path) {
        this.socket = new DatagramsUnderTest(path.toString());
    }

    /** All that have come. */
    List<Map<String, String>> entries() {
        return socket.received().stream().map(JournalUnderTest::parsed).toList();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private static Map<String, String> parsed(byte[] datagram) {
        var fields = new LinkedHashMap<String, String>();
        var in = ByteBuffer.wrap(datagram).order(ByteOrder.LITTLE_ENDIAN);
        while (in.hasRemaining()) {
            var name = new ByteArrayOutputStream();
            byte next = in.get();
            while (next != '=' && next != '\n') {
                name.write(next);
                next = in.get();
            }
            byte[] value = new byte[next == '\n' ? (int) in.getLong() : toLineEnd(in)];
            in.get(value);
            if (in.get() != '\n') {
                throw new IllegalStateException("no line end after " + name);
            }
            fields.put(name.toString(StandardCharsets.US_ASCII), new String(value, StandardCharsets.UTF_8));
        }
        return fields;
    }

    private static int toLineEnd(ByteBuffer in) {
        int length = 0;
        while (in.get(in.position() + length) != '\n') {
            length++;
        }
        return length;
    }
}
