package dev.varve.systemd;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The journal's end of its socket: receives datagrams, and reads them as systemd's JOURNAL_NATIVE_PROTOCOL says. */
final class JournalUnderTest implements AutoCloseable {
    private static final int EAGAIN = 11;

    private final Path path;
    private final int socket;

    static {
        Native.register(JournalUnderTest.class, NativeLibrary.getProcess());
    }

    private static native int bind(int socket, byte[] address, int length) throws LastErrorException;

    private static native long recv(int socket, byte[] buffer, long length, int flags) throws LastErrorException;

    JournalUnderTest(Path path) {
        LibC.load();
        this.path = path;
        this.socket = LibC.socket(LibC.AF_UNIX, LibC.SOCK_DGRAM | LibC.SOCK_CLOEXEC, 0);
        byte[] address = JournalSocket.address(path);
        bind(socket, address, address.length);
    }

    /** All that has come; what was sent to a datagram socket of this machine is there at once. */
    List<Map<String, String>> entries() {
        var entries = new ArrayList<Map<String, String>>();
        byte[] buffer = new byte[1 << 20];
        while (true) {
            try {
                long length = recv(socket, buffer, buffer.length, LibC.MSG_DONTWAIT);
                entries.add(parsed(Arrays.copyOf(buffer, (int) length)));
            } catch (LastErrorException none) {
                if (none.getErrorCode() == EAGAIN) {
                    return entries;
                }
                throw none;
            }
        }
    }

    @Override
    public void close() throws IOException {
        LibC.close(socket);
        Files.delete(path);
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
