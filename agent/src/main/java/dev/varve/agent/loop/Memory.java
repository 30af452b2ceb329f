package dev.varve.agent.loop;

import dev.varve.agent.decide.Attempt;
import dev.varve.agent.state.AttemptFile;
import dev.varve.agent.state.AttemptStore;
import org.jspecify.annotations.Nullable;

/** The attempt as it is on disk. */
final class Memory {
    private final AttemptStore file;
    private final Say say;
    private @Nullable Attempt attempt;

    Memory(AttemptStore file, Say say) {
        this.file = file;
        this.say = say;
    }

    /** @throws dev.varve.agent.state.StateException where it cannot be read and cannot be set aside */
    Attempt attempt() {
        if (attempt == null) {
            AttemptFile.Loaded loaded = file.load();
            if (!loaded.problem().isEmpty()) {
                say.wrong(loaded.problem());
            }
            attempt = loaded.attempt();
        }
        return attempt;
    }

    /** @throws dev.varve.agent.state.StateException where it is not safely on disk; nothing that relies on it may be done */
    void keep(Attempt next) {
        if (!next.equals(attempt)) {
            file.save(next);
            attempt = next;
        }
    }
}
