package dev.varve.sandbox.kubelet;

import java.time.Instant;

/** What a machine has last said of itself. */
sealed interface Power {
    Instant since();

    /** Since {@link Instant#EPOCH} where it has never been up. */
    record Off(Instant since) implements Power {}

    record On(String bootId, String osImage, Instant since) implements Power {
        boolean sameBoot(Power other) {
            return other instanceof On on && on.bootId.equals(bootId);
        }
    }
}
