package dev.varve.agent.loop;

import dev.varve.agent.decide.Attempt;
import dev.varve.agent.state.AttemptFile;
import dev.varve.agent.state.AttemptStore;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The attempt as it is on disk. */
final class Memory {
    private final AttemptStore file;
    private final Clock clock;
    private final Say say;
    private @Nullable Attempt attempt;
    private boolean saved = true;
    private Optional<String> lost = Optional.empty();

    Memory(AttemptStore file, Clock clock, Say say) {
        this.file = file;
        this.clock = clock;
        this.say = say;
    }

    /** @throws dev.varve.agent.state.StateException where it cannot be read and cannot be set aside */
    Attempt attempt() {
        if (attempt == null) {
            AttemptFile.Loaded loaded = file.load();
            if (!loaded.problem().isEmpty()) {
                say.wrong(loaded.problem());
                lost = Optional.of(loaded.problem());
            }
            attempt = loaded.attempt().plausible(clock.instant());
        }
        return attempt;
    }

    /** What there was and could not be read; once. */
    Optional<String> lost() {
        Optional<String> told = lost;
        lost = Optional.empty();
        return told;
    }

    /**
     * What is to be remembered is known from now on, and on disk when this returns.
     *
     * @throws dev.varve.agent.state.StateException where it is not safely on disk; nothing that relies on it may be done
     */
    void keep(Attempt next) {
        saved &= next.equals(attempt);
        attempt = next;
        if (!saved) {
            file.save(next);
            saved = true;
        }
    }
}
