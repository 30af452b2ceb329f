package dev.varve.agent.rpmostree;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.messages.Message;
import org.freedesktop.dbus.messages.MessageFactory;
import org.freedesktop.dbus.messages.MethodCall;
import org.freedesktop.dbus.spi.message.InputStreamMessageReader;

/** Whatever listens at a socket and talks D-Bus: it answers each method with what it was told to, sense or not. */
final class FakeBus implements AutoCloseable {
    private static final MessageFactory MESSAGES = new MessageFactory((byte) 'l');

    private final ServerSocketChannel server;
    private final Map<String, Reply> replies = new ConcurrentHashMap<>();
    private final List<SocketChannel> clients = new CopyOnWriteArrayList<>();
    final List<String> calls = new CopyOnWriteArrayList<>();

    /** What is sent for a call. */
    interface Reply {
        void to(MethodCall call, SocketChannel channel) throws IOException, DBusException;
    }

    FakeBus(Path socket) throws IOException {
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
        Thread.ofVirtual().name("fake-bus").start(this::accept);
    }

    /** @param key name of a method; with a space and its last argument where that matters */
    void answer(String key, Reply reply) {
        replies.put(key, reply);
    }

    static Reply values(String signature, Object... values) {
        return (call, channel) -> send(channel, MESSAGES.createMethodReturn(call, signature.isEmpty() ? null : signature, values));
    }

    static Reply error(String name, Object... text) {
        return (call, channel) -> send(channel,
                MESSAGES.createError(null, call.getSource(), name, call.getSerial(), text.length == 0 ? null : "s", text));
    }

    static Reply bytes(byte... bytes) {
        return (call, channel) -> channel.write(ByteBuffer.wrap(bytes));
    }

    static Reply hangUp() {
        return (call, channel) -> channel.close();
    }

    /** The answer, broken off in the middle. */
    static Reply half(String signature, Object... values) {
        return (call, channel) -> {
            byte[] whole = wire(MESSAGES.createMethodReturn(call, signature, values));
            channel.write(ByteBuffer.wrap(whole, 0, whole.length / 2));
            channel.close();
        };
    }

    static void signal(SocketChannel channel, String path, String iface, String member, String signature, Object... values)
            throws IOException, DBusException {
        send(channel, MESSAGES.createSignal(null, path, iface, member, signature, values));
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (SocketChannel client : clients) {
            client.close();
        }
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel client = server.accept();
                clients.add(client);
                Thread.ofVirtual().name("fake-bus-client").start(() -> serve(client));
            }
        } catch (IOException closed) {
            clients.forEach(FakeBus::closeQuietly);
        }
    }

    private void serve(SocketChannel channel) {
        try (channel) {
            shakeHands(channel);
            var reader = new InputStreamMessageReader(channel);
            while (true) {
                if (reader.readMessage() instanceof MethodCall call) {
                    Object[] arguments = call.getParameters();
                    String last = arguments == null || arguments.length == 0 ? "" : " " + arguments[arguments.length - 1];
                    calls.add(call.getName() + last);
                    Reply reply = replies.getOrDefault(call.getName() + last, replies.get(call.getName()));
                    (reply == null ? error("org.freedesktop.DBus.Error.UnknownMethod", "no " + call.getName()) : reply).to(call, channel);
                }
            }
        } catch (IOException | DBusException end) {
            clients.remove(channel);
        }
    }

    private static void shakeHands(SocketChannel channel) throws IOException {
        var line = new StringBuilder();
        ByteBuffer one = ByteBuffer.allocate(1);
        while (true) {
            one.clear();
            if (channel.read(one) < 0) {
                throw new EOFException("handshake broken off");
            }
            char character = (char) one.get(0);
            if (character != '\n') {
                line.append(character);
                continue;
            }
            String text = line.toString().strip();
            line.setLength(0);
            if (text.equals("BEGIN")) {
                return;
            }
            String answer;
            if (text.endsWith("AUTH EXTERNAL")) {
                answer = "DATA\r\n";
            } else if (text.contains("AUTH EXTERNAL ") || text.startsWith("DATA")) {
                answer = "OK 0123456789abcdef0123456789abcdef\r\n";
            } else {
                answer = text.contains("AUTH") ? "REJECTED EXTERNAL\r\n" : "ERROR\r\n";
            }
            channel.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.US_ASCII)));
        }
    }

    private static void send(SocketChannel channel, Message message) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(wire(message));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static byte[] wire(Message message) {
        var all = new java.io.ByteArrayOutputStream();
        for (byte[] part : message.getWireData()) {
            if (part == null) {
                break;
            }
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static void closeQuietly(SocketChannel client) {
        try {
            client.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
