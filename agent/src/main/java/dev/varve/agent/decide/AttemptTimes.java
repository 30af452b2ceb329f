package dev.varve.agent.decide;

import java.time.Instant;
import java.util.function.UnaryOperator;

/** All times of an attempt, changed alike: those at which something began, and the one at which something is due. */
record AttemptTimes(UnaryOperator<Instant> begun, UnaryOperator<Instant> due) {

    Attempt in(Attempt attempt) {
        return attempt.edit()
                .drainSince(attempt.drainSince().map(begun))
                .finalization(attempt.finalization().map(f -> f.asked(begun.apply(f.since()), f.accepted())))
                .rollBack(attempt.rollBack().map(r -> new Attempt.RollBackIntent(r.bootId(), begun.apply(r.since()), r.cause())))
                .trouble(attempt.trouble().map(t -> new Trouble(
                        t.phase(), t.kind(), t.sentence(), t.attempts(), t.retryAt().map(due), t.suspect())))
                .health(attempt.health().map(h -> new Attempt.Health(begun.apply(h.since()), h.goodSince().map(begun))))
                .done();
    }
}
