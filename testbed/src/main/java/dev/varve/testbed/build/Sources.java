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

    /** The checkout whose launcher has started this process, which names it in the property {@code varve.home}. */
    public static Sources launched() {
        String home = System.getProperty("varve.home");
        if (home == null) {
            throw new TestbedException("the testbed is built from a checkout: start it as ./varve testbed");
        }
        return new Sources(Path.of(home));
    }

    public Path file(String name) {
        return checkout.resolve(name);
    }
}
