package dev.varve.agent.rpmostree;

/**
 * A method of a D-Bus object.
 *
 * @param signature of its arguments, {@code ""} for none
 */
record Method(String path, String iface, String member, String signature) {
    private static final String PROPERTIES = "org.freedesktop.DBus.Properties";

    /** Reads one property; takes the interface and the property's name. */
    static Method get(String path) {
        return new Method(path, PROPERTIES, "Get", "ss");
    }

    /** Reads all properties of an interface; takes its name. */
    static Method getAll(String path) {
        return new Method(path, PROPERTIES, "GetAll", "s");
    }
}
