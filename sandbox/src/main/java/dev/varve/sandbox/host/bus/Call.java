package dev.varve.sandbox.host.bus;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.messages.Message;
import org.freedesktop.dbus.messages.MethodCall;
import org.freedesktop.dbus.messages.constants.Flags;
import org.jspecify.annotations.Nullable;

/** One method call that waits for its answer. Only the first answer counts. */
public final class Call {
    private final MethodCall message;
    private final @Nullable String answeredBy;
    private final boolean byRoot;
    private final Consumer<Message> back;
    private final List<Object> arguments;
    private final AtomicBoolean answered = new AtomicBoolean();

    Call(MethodCall message, @Nullable String answeredBy, boolean byRoot, Consumer<Message> back) throws DBusException {
        this.message = message;
        this.answeredBy = answeredBy;
        this.byRoot = byRoot;
        this.back = back;
        this.arguments = Messages.arguments(message);
    }

    /** Unique name of the caller; {@code ""} on a peer connection. */
    public String sender() {
        return Objects.requireNonNullElse(message.getSource(), "");
    }

    /** The caller is the user that the simulation runs as. */
    public boolean byRoot() {
        return byRoot;
    }

    public String path() {
        return Objects.requireNonNullElse(message.getPath(), "");
    }

    public String iface() {
        return Objects.requireNonNullElse(message.getInterface(), "");
    }

    public String member() {
        return message.getName();
    }

    public String signature() {
        return Objects.requireNonNullElse(message.getSig(), "");
    }

    public List<Object> arguments() {
        return arguments;
    }

    public void answer(String signature, Object... values) {
        send(Messages.answer(answeredBy, message, signature, values));
    }

    public void fail(BusError error) {
        send(Messages.error(answeredBy, message, error));
    }

    private void send(Message answer) {
        boolean wanted = (message.getFlags() & Flags.NO_REPLY_EXPECTED) == 0;
        if (!answered.getAndSet(true) && wanted) {
            back.accept(answer);
        }
    }
}
