package dev.varve.agent.decide;

import java.util.Optional;

/** Attempts for tests of other rooms, which cannot edit one. */
public final class Attempts {
    private Attempts() {}

    /** The host has been asked to boot the target. */
    public static Attempt asking(Finalization finalization) {
        return Attempt.NONE.edit()
                .retarget(Optional.of(finalization.target()))
                .finalization(Optional.of(finalization))
                .done();
    }
}
