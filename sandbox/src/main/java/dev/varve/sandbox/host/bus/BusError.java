package dev.varve.sandbox.host.bus;

/** An error as D-Bus knows it: a name and a text, both of which callers rely on. */
public final class BusError extends Exception {
    private static final long serialVersionUID = 1L;
    public static final String UNKNOWN_METHOD = "org.freedesktop.DBus.Error.UnknownMethod";
    public static final String INVALID_ARGUMENTS = "org.freedesktop.DBus.Error.InvalidArgs";
    public static final String SERVICE_UNKNOWN = "org.freedesktop.DBus.Error.ServiceUnknown";
    public static final String NO_REPLY = "org.freedesktop.DBus.Error.NoReply";
    public static final String ACCESS_DENIED = "org.freedesktop.DBus.Error.AccessDenied";

    private final String name;
    private final String text;

    public BusError(String name, String text) {
        super(name + ": " + text);
        this.name = name;
        this.text = text;
    }

    public String name() {
        return name;
    }

    /** The text alone, without the name. */
    public String text() {
        return text;
    }
}
