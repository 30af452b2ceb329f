package dev.varve.sandbox.crash;

import dev.varve.agent.decide.Attempt;
import dev.varve.agent.state.AttemptFile;
import dev.varve.agent.state.AttemptStore;

/** The attempt on disk, with a line before and after each write. */
record MortalAttempts(AttemptStore attempts, Life life) implements AttemptStore {
    @Override
    public AttemptFile.Loaded load() {
        return attempts.load();
    }

    @Override
    public void save(Attempt attempt) {
        life.around("record of " + attempt.phase(), () -> attempts.save(attempt));
    }
}
