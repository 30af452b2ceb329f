package dev.varve.agent.state;

import dev.varve.agent.decide.Attempt;

/** Where an attempt outlives the agent and the boot. */
public interface AttemptStore {

    /** What was kept last, or none. @throws StateException where it is there, cannot be read and cannot be set aside */
    AttemptFile.Loaded load();

    /** @throws StateException where it is not safely kept; what was kept before is still there then */
    void save(Attempt attempt);
}
