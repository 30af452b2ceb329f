package dev.varve.sandbox.host.bus;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.messages.DBusSignal;
import org.freedesktop.dbus.messages.Error;
import org.freedesktop.dbus.messages.Message;
import org.freedesktop.dbus.messages.MethodCall;
import org.freedesktop.dbus.messages.MethodReturn;
import org.jspecify.annotations.Nullable;

/** The least that can talk to a bus or a peer: for looking at a machine from outside, as {@code busctl} would. */
public final class BusClient implements Closeable {
    private static final Duration PATIENCE = Duration.ofSeconds(25);

    private final Wire wire;
    private final Map<Long, CompletableFuture<List<Object>>> waiting = new ConcurrentHashMap<>();
    private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private BusClient(Wire wire) {
        this.wire = wire;
        Thread.ofVirtual().name("dbus-client").start(this::readAll);
    }

    /** @throws IOException where there is no bus at that socket */
    public static BusClient onBus(Path socket) throws IOException {
        BusClient client = onPeer(socket);
        try {
            client.call(Bus.NAME, Bus.PATH, Bus.NAME, "Hello", "");
            return client;
        } catch (BusError refused) {
            client.close();
            throw new IOException("the bus at " + socket + " refuses us", refused);
        }
    }

    /** @throws IOException where there is no peer at that socket */
    public static BusClient onPeer(Path socket) throws IOException {
        return new BusClient(Wire.connect(socket));
    }

    /**
     * @param destination ignored by peers
     * @throws BusError the error that came back
     * @throws IOException where the connection ends before the answer, or none comes within 25 s
     */
    public List<Object> call(@Nullable String destination, String path, String iface, String member, String signature, Object... arguments)
            throws BusError, IOException {
        try {
            return send(destination, path, iface, member, signature, arguments).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof BusError error) {
                throw new BusError(error.name(), error.text());
            }
            throw new IOException(member + ": the connection has ended", failed);
        } catch (TimeoutException failed) {
            throw new IOException(member + " at " + path + ": no answer", failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException(member + ": interrupted", stopped);
        }
    }

    /**
     * As {@link #call}, and does not wait.
     *
     * @return the answer; ends in a {@link BusError}, or in an {@link IOException} where the connection ends first
     * @throws IOException where the arguments are not of that signature
     */
    public CompletableFuture<List<Object>> send(
            @Nullable String destination, String path, String iface, String member, String signature, Object... arguments) throws IOException {
        try {
            MethodCall call = Messages.call(destination, path, iface, member, signature, arguments);
            CompletableFuture<List<Object>> answer = new CompletableFuture<>();
            waiting.put(call.getSerial(), answer);
            wire.write(call);
            if (ended.isDone()) {
                answer.completeExceptionally(new IOException("sent after the end"));
            }
            return answer;
        } catch (DBusException wrongType) {
            throw new IOException(member + " at " + path + ": cannot be asked for", wrongType);
        }
    }

    /** Asks the bus for signals; they arrive in {@link #signals()}. */
    public void match(String rule) throws BusError, IOException {
        call(Bus.NAME, Bus.PATH, Bus.NAME, "AddMatch", "s", rule);
    }

    /** Signals in the order in which they came. */
    public BlockingQueue<Signal> signals() {
        return signals;
    }

    /** Done when the other end has closed the connection, or we have. */
    public CompletableFuture<Void> ended() {
        return ended;
    }

    /** Breaks the connection off, as the death of the process would. */
    @Override
    public void close() {
        wire.abort();
    }

    private void readAll() {
        try {
            while (true) {
                take(wire.read());
            }
        } catch (IOException | DBusException end) {
            wire.close();
            ended.complete(null);
            waiting.values().forEach(answer -> answer.completeExceptionally(end));
        }
    }

    private void take(Message message) throws DBusException {
        switch (message) {
            case MethodReturn answer -> complete(answer.getReplySerial(), Messages.arguments(answer));
            case Error error -> fail(error);
            case DBusSignal signal ->
                    signals.add(new Signal(signal.getPath(), signal.getInterface(), signal.getName(), Messages.arguments(signal)));
            default -> { }
        }
    }

    private void complete(long serial, List<Object> values) {
        CompletableFuture<List<Object>> answer = waiting.remove(serial);
        if (answer != null) {
            answer.complete(values);
        }
    }

    private void fail(Error error) throws DBusException {
        CompletableFuture<List<Object>> answer = waiting.remove(error.getReplySerial());
        if (answer != null) {
            List<Object> values = Messages.arguments(error);
            answer.completeExceptionally(new BusError(error.getName(), values.isEmpty() ? "" : values.getFirst().toString()));
        }
    }
}
