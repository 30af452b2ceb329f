package dev.varve.controller.decide.build;

import dev.varve.contract.Digest;
import java.time.Instant;

/** What one attempt has come to. */
public sealed interface AttemptOutcome {

    /** @param doing what it does or waits for, for a sentence */
    record Pending(String doing) implements AttemptOutcome {}

    record Running(String doing) implements AttemptOutcome {}

    record Pushed(Digest digest) implements AttemptOutcome {}

    /** The cluster took the pod away: the same attempt is made again. */
    record Disrupted(String why) implements AttemptOutcome {}

    /** The kubelet ended it at its deadline. */
    record Expired(String doing) implements AttemptOutcome {}

    /** @param again another attempt may go better */
    record Broken(String what, boolean again, Instant at) implements AttemptOutcome {}
}
