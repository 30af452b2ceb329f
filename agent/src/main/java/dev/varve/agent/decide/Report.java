package dev.varve.agent.decide;

import dev.varve.contract.Failure;
import dev.varve.contract.Json;
import dev.varve.contract.Keys;
import dev.varve.contract.NodeState;
import dev.varve.contract.Phase;
import dev.varve.contract.Pullspec;
import dev.varve.contract.Texts;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The annotations that say what was decided, and of them only those that differ from what stands on the Node. */
public final class Report {
    private final Request request;
    private final Host host;
    private final Json json;
    private final Map<String, Optional<String>> changes = new LinkedHashMap<>();

    private Report(Request request, Host host, Json json) {
        this.request = request;
        this.host = host;
        this.json = json;
    }

    /** Key to new value, empty where the key is to go. For one patch. */
    public static Map<String, Optional<String>> of(
            Decision decision, Request request, Host host, Activity activity, Json json) {
        Report report = new Report(request, host, json);
        if (request.wanted().isEmpty() && request.wishes().problems().isEmpty()) {
            report.leftAlone(decision);
        } else {
            report.underWay(decision, activity);
        }
        return report.changes;
    }

    /**
     * The host cannot be asked: nothing is known but that. A host that was asked to reboot is expected to go silent, until
     * the boot timeout.
     */
    public static Map<String, Optional<String>> unreachable(Request request, Attempt attempt, String sentence, Instant now) {
        var changes = new LinkedHashMap<String, Optional<String>>();
        Instant patience = now.minus(request.policy().bootTimeout());
        if (attempt.finalization().filter(asked -> asked.since().isAfter(patience)).isPresent()) {
            put(changes, request, Keys.PHASE, Optional.of(Phase.Rebooting.name()));
        } else if (request.wanted().isPresent()) {
            put(changes, request, Keys.PHASE, Optional.of(Phase.Waiting.name()));
            put(changes, request, Keys.REASON, Optional.of(cut(sentence)));
        }
        return changes;
    }

    /** The agent itself cannot work, and a person has to do something about it. */
    public static Map<String, Optional<String>> stuck(Request request, String sentence) {
        var changes = new LinkedHashMap<String, Optional<String>>();
        if (request.wanted().isPresent() || !request.wishes().problems().isEmpty()) {
            put(changes, request, Keys.PHASE, Optional.of(Phase.Failed.name()));
            put(changes, request, Keys.STATE, Optional.of(NodeState.Degraded.name()));
            put(changes, request, Keys.REASON, Optional.of(cut(sentence)));
        }
        return changes;
    }

    /** A node of which nothing is wanted gets no word from us, but for the end of what we had begun. */
    private void leftAlone(Decision decision) {
        Optional<Phase> before = request.facts().phase();
        boolean begun = before.isPresent() && before.get() != Phase.Idle;
        if (!begun) {
            return;
        }
        put(Keys.PHASE, decision.step().phase().name());
        if (decision.step() instanceof Step.Idle) {
            put(Keys.STATE, NodeState.Done.name());
            put(Keys.REASON, "");
            remove(Keys.STAGED);
            remove(Keys.PROGRESS);
            remove(Keys.DRAIN);
            remove(Keys.FAILURE);
        }
    }

    private void underWay(Decision decision, Activity activity) {
        Attempt attempt = decision.attempt();
        Step step = decision.step();
        put(Keys.PHASE, step.phase().name());
        state(step, attempt);
        attempt.origin()
                .filter(origin -> !request.node().annotations().containsKey(Keys.ORIGIN_IMAGE))
                .ifPresent(origin -> put(Keys.ORIGIN_IMAGE, origin.toString()));
        put(changes, request, Keys.STAGED, staged(attempt, step).map(Pullspec::toString));
        put(changes, request, Keys.PROGRESS, progress(step, activity));
        drain(step, activity);
        put(changes, request, Keys.FAILURE, attempt.trouble().map(trouble -> json.write(failure(trouble).tree())));
        put(changes, request, Keys.REJECTED, attempt.rejected().isEmpty()
                ? Optional.empty()
                : Optional.of(json.write(attempt.rejected().stream().map(Object::toString).toList())));
        heldCordon(attempt);
        if (step instanceof Step.Confirm confirm) {
            put(Keys.CURRENT_IMAGE, confirm.image().toString());
            request.wishes().desiredConfig().ifPresent(config -> put(Keys.CURRENT_CONFIG, config));
            put(Keys.BOOT_ID, host.bootId());
            // Said even where there is none: a node that has not said it may have any.
            put(Keys.ROLLBACK_IMAGE, host.rollback().flatMap(Deployment::digested).map(Pullspec::toString).orElse(""));
        }
    }

    private void state(Step step, Attempt attempt) {
        boolean refused = step instanceof Step.Refuse || step instanceof Step.RollBack;
        boolean degraded = refused || attempt.trouble().filter(t -> lasting(t, attempt)).isPresent();
        if (step instanceof Step.Confirm || step instanceof Step.Idle) {
            put(Keys.STATE, NodeState.Done.name());
            put(Keys.REASON, "");
        } else if (degraded) {
            put(Keys.STATE, NodeState.Degraded.name());
            put(Keys.REASON, cut(refused ? step.reason() : attempt.trouble().map(Trouble::sentence).orElse("")));
        } else {
            // A Done node that only looks after itself, say after an unplanned reboot, stays Done.
            boolean done = request.facts().state().equals(Optional.of(NodeState.Done))
                    && request.facts().currentImage().equals(request.wanted());
            put(Keys.STATE, (done ? NodeState.Done : NodeState.Working).name());
            put(Keys.REASON, cut(attempt.trouble().map(Trouble::sentence).orElse("")));
        }
    }

    /** A person should look: it does not go away by itself, or the host does not do what it was asked. */
    private static boolean lasting(Trouble trouble, Attempt attempt) {
        boolean stuck = trouble.phase() == Phase.Rebooting && attempt.finalization().isPresent();
        return trouble.permanent() || trouble.phase() == Phase.RollingBack || stuck;
    }

    private Optional<Pullspec> staged(Attempt attempt, Step step) {
        boolean pulls = step instanceof Step.Stage || step instanceof Step.FollowTransaction f && f.transaction().ours();
        if (pulls) {
            return Optional.empty(); // The host shows the stage before its kernel arguments are in it.
        }
        Optional<Pullspec> wanted = request.wanted();
        boolean there = wanted.flatMap(image -> host.staged().filter(d -> d.isOf(image)))
                        .filter(d -> d.locked() || attempt.finalization().isPresent())
                        .isPresent()
                && KernelArguments.of(request, attempt).hold(host.stagedKernelArguments());
        boolean suspect = attempt.trouble().filter(Trouble::suspect).isPresent();
        // Nothing to stage for an image that runs: it is as good as staged.
        boolean runs = step instanceof Step.Wait wait && wait.phase() == Phase.Staged;
        return there && !suspect && host.finalizerActive() || runs ? wanted : Optional.empty();
    }

    private static Optional<String> progress(Step step, Activity activity) {
        if (step instanceof Step.Confirm || step instanceof Step.Idle || step instanceof Step.Refuse) {
            return Optional.empty();
        }
        return Optional.of(cut(activity.progress().isEmpty() ? step.reason() : activity.progress()));
    }

    private void drain(Step step, Activity activity) {
        if (!(step instanceof Step.Drain)) {
            remove(Keys.DRAIN);
        } else {
            activity.drain().ifPresent(report -> put(Keys.DRAIN, json.write(report.tree())));
        }
    }

    private Failure failure(Trouble trouble) {
        String image = request.wanted().map(Pullspec::toString).orElse("");
        return new Failure(
                image, trouble.phase(), cut(trouble.sentence()), trouble.attempts(), trouble.retryAt(), trouble.permanent());
    }

    private void heldCordon(Attempt attempt) {
        if (attempt.cordon() == Cordon.Held) {
            put(Keys.HELD_CORDON, "true");
        } else if (!request.node().unschedulable()) {
            remove(Keys.HELD_CORDON);
        }
    }

    private void put(String key, String value) {
        put(changes, request, key, Optional.of(value));
    }

    private void remove(String key) {
        put(changes, request, key, Optional.empty());
    }

    private static void put(Map<String, Optional<String>> changes, Request request, String key, Optional<String> value) {
        if (!Optional.ofNullable(request.node().annotations().get(key)).equals(value)) {
            changes.put(key, value);
        }
    }

    private static String cut(String text) {
        return Texts.cut(text, Keys.MAX_REASON);
    }
}
