package dev.varve.controller.decide.build;

import dev.varve.contract.ContractException;
import dev.varve.contract.Keys;
import dev.varve.contract.Pullspec;
import dev.varve.contract.Tree;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One metav1.Condition: written with the time of its last change of status, to the second. */
public record Condition(String type, boolean status, String reason, String message) {
    public static final String REUSED = "Reused";
    /** Longest message the API server takes, in characters. */
    private static final int MAX_MESSAGE = 32_768;

    public Condition {
        message = message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE) : message;
    }

    /**
     * The conditions of a status after these were set: theirs is the transition time where the status stays, and
     * conditions of other types stay as they are.
     *
     * @param before {@code status.conditions} as it was read
     */
    public static List<Object> merge(Tree before, List<Condition> set, Instant now) {
        var merged = new ArrayList<Object>();
        for (Condition condition : set) {
            Optional<Tree> old = named(before, condition.type);
            String status = condition.status ? "True" : "False";
            Optional<String> since = old.filter(o -> o.at("status").string("").equals(status))
                    .flatMap(o -> o.at("lastTransitionTime").text());
            var entry = new LinkedHashMap<String, Object>();
            entry.put("type", condition.type);
            entry.put("status", status);
            entry.put("reason", condition.reason);
            entry.put("message", condition.message);
            entry.put("lastTransitionTime", since.orElse(now.truncatedTo(ChronoUnit.SECONDS).toString()));
            merged.add(entry);
        }
        for (Tree old : before.list()) {
            boolean kept = set.stream().noneMatch(c -> c.type.equals(old.at("type").string("")));
            if (kept && old.value() instanceof Map<?, ?> value) {
                merged.add(value);
            }
        }
        return merged;
    }

    /** Beside the five, on a MachineOSBuild whose image was there before it; others have none of this type. */
    public static Condition reused(Pullspec image) {
        return new Condition(REUSED, true, "SameInputs", "The registry had " + image
                + " already, built from the same inputs: no pod was started. To build all the same, annotate the MachineOSConfig with "
                + Keys.REBUILD + ".");
    }

    /** The five of a MachineOSBuild in a state. */
    public static List<Condition> of(BuildState state, String failure) {
        var all = new ArrayList<Condition>();
        for (BuildState type : BuildState.values()) {
            if (type != BuildState.Initial) {
                boolean failed = type == BuildState.Failed && state == type && !failure.isEmpty();
                all.add(new Condition(type.name(), type == state, type.reason(), failed ? failure : type.message()));
            }
        }
        return all;
    }

    /**
     * State of a MachineOSBuild by its conditions; a terminal one counts before any other.
     *
     * @throws ContractException where the conditions cannot be read
     */
    public static BuildState state(Tree conditions) {
        BuildState state = BuildState.Initial;
        for (BuildState candidate : BuildState.values()) {
            if (named(conditions, candidate.name()).filter(c -> c.at("status").string("").equals("True")).isPresent()) {
                state = candidate;
            }
        }
        return state;
    }

    /** The condition of a type, where there is one. */
    public static Optional<Tree> named(Tree conditions, String type) {
        return conditions.list().stream().filter(c -> c.at("type").string("").equals(type)).findFirst();
    }
}
