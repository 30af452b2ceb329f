package dev.varve.sandbox.host;

import java.util.Optional;

/** The faults that were armed for one pull, and the points of it at which they strike. */
final class PullTrouble {
    private static final String AT_LAYER = "Importing";
    private static final String AT_STAGING = "Staging deployment";

    private final Optional<String> failure;
    private final Optional<Fault.DaemonDies> death;

    PullTrouble(Faults faults) {
        this.failure = faults.take(Fault.PullFails.class).map(Fault.PullFails::text);
        this.death = faults.take(Fault.DaemonDies.class);
    }

    void atManifest() throws TransactionFailed {
        failIf(failure.isPresent() && !failure.get().startsWith(AT_LAYER) && !failure.get().startsWith(AT_STAGING));
    }

    /** After a layer was fetched and before it is kept; the last one at the latest. */
    void atLayer(int index, int of) throws TransactionFailed {
        failIf((index > 0 || of == 1) && failure.isPresent() && failure.get().startsWith(AT_LAYER));
    }

    /** With layers all there already, a failure meant for one of them strikes here. */
    void beforeStaging(Work.Progress progress) throws TransactionFailed, InterruptedException {
        if (death.isPresent() && !death.get().staged()) {
            progress.die();
        }
        failIf(failure.isPresent());
    }

    void afterStaging(Work.Progress progress) throws InterruptedException {
        if (death.isPresent()) {
            progress.die();
        }
    }

    private void failIf(boolean bad) throws TransactionFailed {
        if (bad) {
            throw new TransactionFailed(failure.orElseThrow());
        }
    }
}
