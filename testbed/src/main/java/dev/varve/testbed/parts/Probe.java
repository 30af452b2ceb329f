package dev.varve.testbed.parts;

import dev.varve.contract.Durations;
import dev.varve.testbed.host.Command;
import dev.varve.testbed.host.TestbedException;
import dev.varve.testbed.host.Waiting;
import dev.varve.testbed.state.Home;
import dev.varve.testbed.state.Parts;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits until a part answers; ends at once where it has died, with its last words. */
final class Probe {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Home home;
    private final Parts parts;

    Probe(Home home, Parts parts) {
        this.home = home;
        this.parts = parts;
    }

    /** @param url answers 2xx, to the testbed's administrator, when the part is ready */
    void ready(String part, String url) {
        Command ask = Command.of("curl", "-fsS", "--max-time", "5", "--cacert", home.pki("ca.crt"),
                "--cert", home.pki("admin.crt"), "--key", home.pki("admin.key"), "-o", "/dev/null", url);
        until(part, "answers " + url, () -> ask.end().good());
    }

    void until(String part, String what, BooleanSupplier holds) {
        boolean came = Waiting.until(() -> holds.getAsBoolean() || !parts.isAlive(part), PATIENCE);
        if (!parts.isAlive(part)) {
            throw new TestbedException(part + " ended: " + parts.lastWords(part));
        }
        if (!came) {
            throw new TestbedException(part + " does not get so far that it " + what + " within " + Durations.text(PATIENCE) + ": "
                    + parts.lastWords(part));
        }
    }
}
