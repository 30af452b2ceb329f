package dev.varve.sandbox.host.bus;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.messages.Message;
import org.freedesktop.dbus.messages.MethodCall;
import org.freedesktop.dbus.types.UInt32;
import org.jspecify.annotations.Nullable;

/** A client of the bus: where its calls go, and which signals it asked for. */
final class BusConnection {
    /** Whoever runs the simulation is root of its machines, and anybody else is this. */
    private static final int NOBODY = 65_534;
    private static final Pattern RULE_PART = Pattern.compile("(\\w+)='([^']*)'");

    private final Bus bus;
    private final Wire wire;
    private final List<Map<String, String>> rules = new CopyOnWriteArrayList<>();
    private volatile @Nullable String uniqueName;

    BusConnection(Bus bus, Wire wire) {
        this.bus = bus;
        this.wire = wire;
    }

    Wire wire() {
        return wire;
    }

    @Nullable String uniqueName() {
        return uniqueName;
    }

    boolean byRoot() {
        return wire.byOwner();
    }

    void offer(BusSignal signal) {
        if (rules.stream().anyMatch(signal::matches)) {
            wire.write(signal.message());
        }
    }

    void route(MethodCall message) throws DBusException {
        String unique = uniqueName;
        if (unique != null) {
            message.setSource(unique);
        }
        if (Bus.NAME.equals(message.getDestination())) {
            Call call = new Call(message, Bus.NAME, byRoot(), wire::write);
            try {
                handle(call);
            } catch (BusError error) {
                call.fail(error);
            }
        } else {
            forward(message);
        }
    }

    private void forward(MethodCall message) throws DBusException {
        BusOwner owner = bus.ownerOf(message.getDestination());
        if (owner == null) {
            String text = "The name " + message.getDestination() + " was not provided by any .service files";
            new Call(message, Bus.NAME, byRoot(), wire::write).fail(new BusError(BusError.SERVICE_UNKNOWN, text));
            return;
        }
        // Answers know their call, so that the owner can tell which ones it still owes.
        Call[] self = new Call[1];
        self[0] = new Call(message, owner.uniqueName(), byRoot(), answer -> answered(owner, self[0], answer));
        owner.deliver(self[0]);
    }

    private void answered(BusOwner owner, Call call, Message answer) {
        owner.answered(call);
        wire.write(answer);
    }

    /** The bus's own methods (D-Bus specification, "Message Bus Messages"). */
    private void handle(Call call) throws BusError {
        String first = call.arguments().isEmpty() ? "" : call.arguments().getFirst().toString();
        switch (call.member()) {
            case "Hello" -> hello(call);
            case "AddMatch" -> {
                rules.add(rule(first));
                call.answer("");
            }
            case "RemoveMatch" -> {
                rules.remove(rule(first));
                call.answer("");
            }
            case "NameHasOwner" -> call.answer("b", bus.uniqueNameOf(first) != null);
            case "GetNameOwner" -> call.answer("s", ownerOrFail(first));
            case "ListNames" -> call.answer("as", bus.names());
            case "GetConnectionUnixUser" -> call.answer("u", new UInt32(bus.isRoots(ownerOrFail(first)) ? 0 : NOBODY));
            case "RequestName" ->
                    throw new BusError(BusError.ACCESS_DENIED, "Connection is not allowed to own the service \"" + first + "\"");
            default -> throw new BusError(BusError.UNKNOWN_METHOD, "the bus has no method " + call.member());
        }
    }

    private void hello(Call call) throws BusError {
        if (uniqueName != null) {
            throw new BusError("org.freedesktop.DBus.Error.Failed", "Already handled an Hello message");
        }
        String unique = bus.join(this);
        uniqueName = unique;
        call.answer("s", unique);
        bus.joined(unique);
    }

    private String ownerOrFail(String name) throws BusError {
        String owner = bus.uniqueNameOf(name);
        if (owner == null) {
            throw new BusError("org.freedesktop.DBus.Error.NameHasNoOwner", "Could not get owner of name '" + name + "': no such name");
        }
        return owner;
    }

    private static Map<String, String> rule(String text) {
        Map<String, String> rule = new HashMap<>();
        Matcher part = RULE_PART.matcher(text);
        while (part.find()) {
            rule.put(part.group(1), part.group(2));
        }
        return rule;
    }
}
