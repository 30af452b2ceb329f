package dev.varve.agent.decide;

import dev.varve.contract.Digest;
import dev.varve.contract.Phase;
import dev.varve.contract.Pullspec;
import java.time.Instant;
import java.util.Optional;

/** What to do next. Each step can be taken again after a crash at any line of it. */
public sealed interface Step {
    /** What {@code V/phase} says while it is taken. */
    Phase phase();

    /** Why, in one sentence. */
    String reason();

    /** When to decide again though nothing happened. */
    default Optional<Instant> until() {
        return Optional.empty();
    }

    /** Nothing to do until something changes. */
    record Wait(Phase phase, String reason, @Override Optional<Instant> until) implements Step {
        Wait(Phase phase, String reason) {
            this(phase, reason, Optional.empty());
        }
    }

    /** Join the transaction that runs, and wait for its end. */
    record FollowTransaction(HostTransaction transaction) implements Step {
        @Override
        public Phase phase() {
            return transaction.ours() ? Phase.Staging : Phase.Waiting;
        }

        @Override
        public String reason() {
            return transaction.ours()
                    ? "follows the transaction it began earlier: " + transaction.title()
                    : "waits while rpm-ostree is busy with somebody else's transaction: " + transaction.title();
        }
    }

    /** End our own transaction: nobody wants its image any more. */
    record CancelTransaction(HostTransaction transaction) implements Step {
        @Override
        public Phase phase() {
            return Phase.Waiting;
        }

        @Override
        public String reason() {
            return "cancels its own transaction, whose image is no longer wanted: " + transaction.title();
        }
    }

    /** Pull and stage, locked, while the node serves. */
    record Stage(Pullspec image, KernelArguments kernelArguments) implements Step {
        @Override
        public Phase phase() {
            return Phase.Staging;
        }

        @Override
        public String reason() {
            return "stages " + image.abbreviated() + " while the node serves";
        }
    }

    /** Drop what is staged. */
    record DropStage(Phase phase, String reason) implements Step {}

    /** Make the node unschedulable; the attempt says {@link Cordon#Ours} already. */
    record SetCordon(String reason) implements Step {
        @Override
        public Phase phase() {
            return Phase.Cordoning;
        }
    }

    /**
     * Evict what has to go, and wait until it is gone.
     *
     * @param since when the drain began
     * @param force the deadline has passed and the policy says to delete what is left
     */
    record Drain(Instant since, boolean force, @Override Optional<Instant> until) implements Step {
        @Override
        public Phase phase() {
            return Phase.Draining;
        }

        @Override
        public String reason() {
            return force ? "deletes the pods that could not be evicted in time" : "evicts the node's pods";
        }
    }

    /** Ask the host to boot the stage; the intent is in the attempt already. */
    record Finalize(Digest digest) implements Step {
        @Override
        public Phase phase() {
            return Phase.Finalizing;
        }

        @Override
        public String reason() {
            return "asks the host to reboot into " + digest.abbreviated();
        }
    }

    /** The wanted image is booted; it has yet to show that it is good. */
    record Verify(String reason, @Override Optional<Instant> until) implements Step {
        @Override
        public Phase phase() {
            return Phase.Verifying;
        }
    }

    /** Make the node schedulable again: it is our own cordon. */
    record Uncordon(Phase phase, String reason) implements Step {}

    /**
     * Report the wanted image as completed.
     *
     * @param uncordon and in the same write make the node schedulable again: it is our own cordon
     */
    record Confirm(Pullspec image, boolean uncordon) implements Step {
        @Override
        public Phase phase() {
            return Phase.Idle;
        }

        @Override
        public String reason() {
            return "runs " + image.abbreviated() + ", and it passed its checks";
        }
    }

    /** Go back to the deployment before this one; the intent is in the attempt already. */
    record RollBack(String reason) implements Step {
        @Override
        public Phase phase() {
            return Phase.RollingBack;
        }
    }

    /** It cannot be done, and the node says so: Degraded. */
    record Refuse(String reason, @Override Optional<Instant> until) implements Step {
        Refuse(String reason) {
            this(reason, Optional.empty());
        }

        @Override
        public Phase phase() {
            return Phase.Failed;
        }
    }

    /** Nothing is wanted that is not there. */
    record Idle(String reason) implements Step {
        @Override
        public Phase phase() {
            return Phase.Idle;
        }
    }
}
