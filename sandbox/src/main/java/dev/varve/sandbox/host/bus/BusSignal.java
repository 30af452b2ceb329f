package dev.varve.sandbox.host.bus;

import java.util.Map;
import org.freedesktop.dbus.messages.DBusSignal;
import org.freedesktop.dbus.messages.Message;

/** A signal on its way to whoever asked for it. */
final class BusSignal {
    private final String from;
    private final String name;
    private final String path;
    private final String iface;
    private final String member;
    private final Object[] values;
    private final DBusSignal message;

    /**
     * @param from unique name of the sender
     * @param name the name it speaks under, by which rules may ask for it too
     */
    BusSignal(String from, String name, String path, String iface, String member, String signature, Object... values) {
        this.from = from;
        this.name = name;
        this.path = path;
        this.iface = iface;
        this.member = member;
        this.values = values;
        this.message = Messages.signal(from, path, iface, member, signature, values);
    }

    Message message() {
        return message;
    }

    /** By the keys of a match rule (D-Bus specification, "Match Rules") that clients of such a machine use. */
    boolean matches(Map<String, String> rule) {
        return rule.entrySet().stream().allMatch(entry -> matches(entry.getKey(), entry.getValue()));
    }

    private boolean matches(String key, String value) {
        return switch (key) {
            case "type" -> value.equals("signal");
            case "sender" -> value.equals(from) || value.equals(name);
            case "interface" -> value.equals(iface);
            case "member" -> value.equals(member);
            case "path" -> value.equals(path);
            case "path_namespace" -> path.equals(value) || path.startsWith(value + "/");
            case "arg0" -> values.length > 0 && value.equals(values[0]);
            default -> false;
        };
    }
}
