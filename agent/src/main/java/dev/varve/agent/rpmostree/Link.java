package dev.varve.agent.rpmostree;

import dev.varve.agent.host.HostException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.messages.DBusSignal;
import org.freedesktop.dbus.messages.Error;
import org.freedesktop.dbus.messages.Message;
import org.freedesktop.dbus.messages.MessageFactory;
import org.freedesktop.dbus.messages.MethodCall;
import org.freedesktop.dbus.messages.MethodReturn;
import org.freedesktop.dbus.spi.message.InputStreamMessageReader;
import org.jspecify.annotations.Nullable;

/**
 * One D-Bus connection, to a bus or to a peer. Error names and texts come through as they are; the end of the connection ends
 * every call at once; it can be closed from anywhere. Reading and writing happen on virtual threads of its own, because an
 * interrupt during either closes the channel. Safe for use by several threads.
 */
final class Link implements AutoCloseable {
    static final String NO_REPLY = "org.freedesktop.DBus.Error.NoReply";
    static final String DISCONNECTED = "org.freedesktop.DBus.Error.Disconnected";
    private static final Set<String> UNHEARD = Set.of(NO_REPLY, DISCONNECTED);
    private static final byte LITTLE_ENDIAN = 'l';

    /** What is heard of a connection that nobody asked for; called on its reading thread, which must not be held up. */
    interface Ear {
        void signal(String path, String iface, String member, List<Object> values);

        /** The connection has ended, by either side. */
        void ended();
    }

    private final Path socket;
    private final SocketChannel channel;
    private final Ear ear;
    private final MessageFactory messages = new MessageFactory(LITTLE_ENDIAN);
    private final ExecutorService writer = Executors.newSingleThreadExecutor(Thread.ofVirtual().name("dbus-writer").factory());
    private final Map<Long, CompletableFuture<List<Object>>> waiting = new ConcurrentHashMap<>();
    private volatile boolean ended;

    private Link(Path socket, SocketChannel channel, Ear ear) {
        this.socket = socket;
        this.channel = channel;
        this.ear = ear;
    }

    /** @throws HostException where nobody listens there, or the handshake fails or takes too long */
    static Link open(Path socket, Ear ear) {
        Link link = new Link(socket, Handshake.with(socket), ear);
        Thread.ofVirtual().name("dbus-reader " + socket).start(link::readAll);
        return link;
    }

    /**
     * Calls a method and waits for its answer.
     *
     * @param operation what it is for, as it will stand in a failure
     * @param destination a bus name; null on a peer
     * @throws HostException with the error's own name and text; named {@code NoReply} after the timeout, and
     *     {@code Disconnected} where the connection ends first
     */
    List<Object> call(String operation, @Nullable String destination, Method method, Duration timeout, Object... arguments) {
        CompletableFuture<List<Object>> answer = new CompletableFuture<>();
        long serial = 0;
        try {
            String signature = method.signature().isEmpty() ? null : method.signature();
            MethodCall call = messages.createMethodCall(
                    destination, method.path(), method.iface(), method.member(), (byte) 0, signature, arguments);
            serial = call.getSerial();
            waiting.put(serial, answer);
            writer.execute(() -> write(call));
            // An answer that came just before the end is an answer.
            if (ended && !answer.isDone()) {
                throw disconnected(operation);
            }
            return new Answer(operation, answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException failed) {
            throw failure(operation, failed);
        } catch (RejectedExecutionException closed) {
            throw disconnected(operation);
        } catch (TimeoutException slow) {
            throw new HostException(operation, NO_REPLY, "no answer from " + socket + " within " + timeout.toSeconds() + " s");
        } catch (DBusException wrongType) {
            throw new HostException(operation, "cannot be asked for: " + wrongType.getMessage(), wrongType);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new HostException(operation, "interrupted", stopped);
        } finally {
            waiting.remove(serial);
        }
    }

    /** True where the other end has gone, or been silent, with the answer: what was asked for may be done all the same. */
    static boolean unheard(HostException failed) {
        return UNHEARD.contains(failed.errorName());
    }

    boolean isOpen() {
        return channel.isOpen() && !ended;
    }

    @Override
    public void close() {
        writer.shutdown();
        closeChannel();
    }

    private HostException failure(String operation, ExecutionException failed) {
        if (failed.getCause() instanceof ErrorReply error) {
            return new HostException(operation, error.name(), error.text());
        }
        return disconnected(operation);
    }

    private HostException disconnected(String operation) {
        return new HostException(operation, DISCONNECTED, "the connection to " + socket + " ended before the answer");
    }

    private void write(MethodCall call) {
        try {
            for (byte[] part : call.getWireData()) {
                ByteBuffer bytes = ByteBuffer.wrap(part == null ? new byte[0] : part);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
        } catch (IOException broken) {
            // The reader sees the end of the channel too, and fails whoever waits.
            closeChannel();
        }
    }

    private void readAll() {
        InputStreamMessageReader reader = new InputStreamMessageReader(channel);
        try {
            while (true) {
                Message message = reader.readMessage();
                if (message != null) {
                    take(message);
                }
            }
        } catch (IOException | DBusException | RuntimeException end) {
            // Also where a message is none: what follows it cannot be told apart from it.
            ended = true;
            close();
            waiting.values().forEach(answer -> answer.completeExceptionally(end));
            ear.ended();
        }
    }

    private void take(Message message) throws DBusException {
        Object[] parameters = message.getParameters();
        List<Object> values = parameters == null ? List.of() : List.of(parameters);
        switch (message) {
            case MethodReturn answer -> settle(answer.getReplySerial(), future -> future.complete(values));
            case Error error -> {
                String text = values.isEmpty() ? "" : values.getFirst().toString();
                settle(error.getReplySerial(), future -> future.completeExceptionally(new ErrorReply(error.getName(), text)));
            }
            case DBusSignal signal -> ear.signal(signal.getPath(), signal.getInterface(), signal.getName(), values);
            default -> { }
        }
    }

    /** An answer that comes after its timeout has nobody waiting for it. */
    private void settle(long serial, Consumer<CompletableFuture<List<Object>>> how) {
        CompletableFuture<List<Object>> answer = waiting.remove(serial);
        if (answer != null) {
            how.accept(answer);
        }
    }

    private void closeChannel() {
        try {
            channel.close();
        } catch (IOException alreadyBroken) {
            ended = true;
        }
    }
}
