package dev.varve.testbed.build;

import dev.varve.testbed.host.TestbedException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The checkout that a testbed is made from. */
public record Sources(Path checkout) {
    /** @param checkout with {@code testbed/} and {@code deploy/} in it */
    public Sources {
        if (!Files.isRegularFile(checkout.resolve("testbed/node/machine"))) {
            throw new TestbedException(checkout + " is no checkout of Varve: testbed/node/machine is not there; start it as ./varve from one");
        }
    }

    public Path file(String name) {
        return checkout.resolve(name);
    }
}
