package dev.varve.sandbox.host.bus;

import java.util.List;

/** A signal as a client heard it. */
public record Signal(String path, String iface, String member, List<Object> arguments) {
    public Signal {
        arguments = List.copyOf(arguments);
    }
}
