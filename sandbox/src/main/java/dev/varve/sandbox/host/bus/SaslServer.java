package dev.varve.sandbox.host.bus;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * The server's half of the D-Bus handshake: EXTERNAL only, no passing of file descriptors. Who the client
 * says it is does not count: the socket knows (see {@link Wire#byOwner}), and its directory decides who may come.
 */
final class SaslServer {
    private static final int LONGEST_LINE = 4096;
    private final SocketChannel channel;
    private final String guid;

    SaslServer(SocketChannel channel, String guid) {
        this.channel = channel;
        this.guid = guid;
    }

    /** @throws IOException where the client breaks off or talks nonsense */
    void authenticate() throws IOException {
        while (true) {
            String line = line();
            if (line.equals("BEGIN")) {
                return;
            } else if (line.equals("AUTH EXTERNAL")) {
                send("DATA");
            } else if (line.startsWith("AUTH EXTERNAL ") || line.startsWith("DATA")) {
                send("OK " + guid);
            } else if (line.startsWith("AUTH") || line.startsWith("CANCEL")) {
                send("REJECTED EXTERNAL");
            } else {
                send("ERROR");
            }
        }
    }

    private String line() throws IOException {
        StringBuilder text = new StringBuilder();
        // One byte at a time: whatever follows BEGIN belongs to the first message.
        ByteBuffer one = ByteBuffer.allocate(1);
        while (text.length() < LONGEST_LINE) {
            one.clear();
            if (channel.read(one) < 0) {
                throw new EOFException("handshake broken off");
            }
            char character = (char) (one.get(0) & 0xff);
            if (character == '\n') {
                return text.toString();
            }
            if (character != '\r' && character != 0) {
                text.append(character);
            }
        }
        throw new IOException("handshake line longer than " + LONGEST_LINE + " characters");
    }

    private void send(String line) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
