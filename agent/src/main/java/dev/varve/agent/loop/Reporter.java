package dev.varve.agent.loop;

import dev.varve.agent.cluster.ClusterException;
import dev.varve.agent.cluster.NodeApi;
import dev.varve.agent.cluster.NodePatch;
import dev.varve.agent.decide.NodeView;
import dev.varve.agent.decide.Request;
import dev.varve.contract.Json;
import dev.varve.contract.Keys;
import dev.varve.contract.NodeWishes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Writes to the Node; what only changes its wording is held back a moment, and what failed is tried again later. */
final class Reporter {
    /** Between two writes of progress alone (contract.md section 2). */
    private static final Duration PROGRESS = Duration.ofSeconds(5);
    /** Between two writes of a drain's report alone: the first refusal has to show within a second. */
    private static final Duration DRAIN = Duration.ofMillis(500);

    private final NodeApi api;
    private final Json json;
    private final Clock clock;
    private final Retry retry;
    private final Say say;
    private Instant last = Instant.EPOCH;
    private Optional<Instant> heldBack = Optional.empty();

    Reporter(NodeApi api, Json json, Clock clock, Retry retry, Say say) {
        this.api = api;
        this.json = json;
        this.clock = clock;
        this.retry = retry;
        this.say = say;
    }

    /** When to come back for what was not written yet. */
    Optional<Instant> heldBack() {
        return heldBack;
    }

    /** Present while it is too early to ask the API server again. */
    Optional<Instant> early() {
        return retry.early();
    }

    /** The clock was set: what was held back is held back no longer. */
    void timeSet() {
        last = Instant.EPOCH;
        retry.succeeded();
    }

    Told tell(Map<String, Optional<String>> changes, Request request) {
        heldBack = Optional.empty();
        if (changes.isEmpty()) {
            return Told.Yes;
        }
        Instant due = due(changes.keySet());
        if (clock.instant().isBefore(due)) {
            heldBack = Optional.of(due);
            return Told.Yes;
        }
        return write(NodePatch.annotations(changes), request);
    }

    /** At once, unless the API server has just failed. */
    Told write(NodePatch patch, Request request) {
        heldBack = retry.early();
        if (heldBack.isPresent()) {
            return Told.No;
        }
        try {
            NodeView after = api.patch(patch);
            last = clock.instant();
            retry.succeeded();
            say.right();
            return NodeWishes.from(after.annotations(), json).equals(request.wishes()) ? Told.Yes : Told.Outdated;
        } catch (ClusterException failed) {
            heldBack = Optional.of(retry.failed());
            if (!failed.conflict()) {
                say.wrong(failed.getMessage() + "; it is tried again");
            }
            return Told.No;
        }
    }

    private Instant due(Set<String> changed) {
        if (Set.of(Keys.PROGRESS).containsAll(changed)) {
            return last.plus(PROGRESS);
        }
        return Set.of(Keys.PROGRESS, Keys.DRAIN).containsAll(changed) ? last.plus(DRAIN) : Instant.EPOCH;
    }
}
