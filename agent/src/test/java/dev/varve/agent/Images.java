package dev.varve.agent;

import dev.varve.contract.Pullspec;

/** Images that tests name by a letter. */
public final class Images {
    public static final Pullspec A = image('a');
    public static final Pullspec B = image('b');
    public static final Pullspec C = image('c');

    private Images() {}

    public static Pullspec image(char digit) {
        return Pullspec.parse("registry.example:5000/os/layered@sha256:" + String.valueOf(digit).repeat(64));
    }
}
