package dev.varve.agent.decide;

import dev.varve.contract.Digest;
import dev.varve.contract.Phase;
import dev.varve.contract.Pullspec;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** An attempt on its way to the next one: a record of so many fields wants names where it is changed. */
final class AttemptEdit {
    private Optional<Pullspec> target;
    private Phase phase;
    private String bootId;
    private Cordon cordon;
    private Optional<Digest> ownStage;
    private Optional<Instant> drainSince;
    private Optional<Finalization> finalization;
    private int lostStages;
    private Optional<Attempt.RollBackIntent> rollBack;
    private Optional<Trouble> trouble;
    private List<Digest> rejected;
    private Optional<Pullspec> origin;
    private Optional<Attempt.Confirmed> confirmed;
    private Optional<Attempt.Health> health;

    AttemptEdit(Attempt from) {
        target = from.target();
        phase = from.phase();
        bootId = from.bootId();
        cordon = from.cordon();
        ownStage = from.ownStage();
        drainSince = from.drainSince();
        finalization = from.finalization();
        lostStages = from.lostStages();
        rollBack = from.rollBack();
        trouble = from.trouble();
        rejected = from.rejected();
        origin = from.origin();
        confirmed = from.confirmed();
        health = from.health();
    }

    /** A new target: what happened on the way to the old one is forgotten, what it left on the node is not. */
    AttemptEdit retarget(Optional<Pullspec> to) {
        target = to;
        trouble = Optional.empty();
        lostStages = 0;
        drainSince = Optional.empty();
        return this;
    }

    AttemptEdit phase(Phase value) {
        phase = value;
        return this;
    }

    AttemptEdit bootId(String value) {
        bootId = value;
        return this;
    }

    AttemptEdit cordon(Cordon value) {
        cordon = value;
        return this;
    }

    AttemptEdit ownStage(Optional<Digest> value) {
        ownStage = value;
        return this;
    }

    AttemptEdit drainSince(Optional<Instant> value) {
        drainSince = value;
        return this;
    }

    AttemptEdit finalization(Optional<Finalization> value) {
        finalization = value;
        return this;
    }

    AttemptEdit lostStages(int value) {
        lostStages = value;
        return this;
    }

    AttemptEdit rollBack(Optional<Attempt.RollBackIntent> value) {
        rollBack = value;
        return this;
    }

    AttemptEdit trouble(Trouble value) {
        trouble = Optional.of(value);
        return this;
    }

    AttemptEdit trouble(Optional<Trouble> value) {
        trouble = value;
        return this;
    }

    AttemptEdit rejected(List<Digest> value) {
        rejected = value;
        return this;
    }

    AttemptEdit reject(Digest digest) {
        rejected = Attempt.rejecting(rejected, digest);
        return this;
    }

    AttemptEdit origin(Optional<Pullspec> value) {
        origin = value;
        return this;
    }

    AttemptEdit confirmed(Attempt.Confirmed value) {
        confirmed = Optional.of(value);
        return this;
    }

    AttemptEdit health(Optional<Attempt.Health> value) {
        health = value;
        return this;
    }

    Attempt done() {
        return new Attempt(
                target,
                phase,
                bootId,
                cordon,
                ownStage,
                drainSince,
                finalization,
                lostStages,
                rollBack,
                trouble,
                rejected,
                origin,
                confirmed,
                health);
    }
}
