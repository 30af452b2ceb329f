package dev.varve.sandbox.host.bus;

import java.util.List;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.messages.DBusSignal;
import org.freedesktop.dbus.messages.Error;
import org.freedesktop.dbus.messages.Message;
import org.freedesktop.dbus.messages.MessageFactory;
import org.freedesktop.dbus.messages.MethodCall;
import org.freedesktop.dbus.messages.MethodReturn;
import org.jspecify.annotations.Nullable;

/** Makes and reads messages; what dbus-java throws as checked exceptions here are faults of ours, not of the wire. */
final class Messages {
    private static final byte LITTLE_ENDIAN = 'l';
    private static final MessageFactory FACTORY = new MessageFactory(LITTLE_ENDIAN);

    private Messages() {}

    static MethodCall call(@Nullable String destination, String path, String iface, String member, String signature, Object... arguments)
            throws DBusException {
        return FACTORY.createMethodCall(destination, path, iface, member, (byte) 0, sent(signature), arguments);
    }

    static MethodReturn answer(@Nullable String from, MethodCall call, String signature, Object... values) {
        try {
            return FACTORY.createMethodReturn(from, call, sent(signature), values);
        } catch (DBusException wrongType) {
            throw new IllegalArgumentException("cannot answer " + call.getName() + " with " + signature, wrongType);
        }
    }

    static Error error(@Nullable String from, MethodCall call, BusError error) {
        try {
            return FACTORY.createError(from, call.getSource(), error.name(), call.getSerial(), "s", error.text());
        } catch (DBusException wrongType) {
            throw new IllegalArgumentException("cannot answer " + call.getName() + " with " + error.name(), wrongType);
        }
    }

    static DBusSignal signal(@Nullable String from, String path, String iface, String member, String signature, Object... values) {
        try {
            return FACTORY.createSignal(from, path, iface, member, sent(signature), values);
        } catch (DBusException wrongType) {
            throw new IllegalArgumentException("cannot signal " + member + " with " + signature, wrongType);
        }
    }

    /** Values as dbus-java reads them: variants stay variants, structs are arrays, dictionaries keep their order. */
    static List<Object> arguments(Message message) throws DBusException {
        Object @Nullable [] values = message.getParameters();
        return values == null ? List.of() : List.of(values);
    }

    // dbus-java takes "no arguments" as no signature at all.
    private static @Nullable String sent(String signature) {
        return signature.isEmpty() ? null : signature;
    }
}
