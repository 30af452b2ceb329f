package dev.varve.controller.kube.status;

import dev.varve.contract.Tree;
import dev.varve.controller.decide.status.Condition;
import dev.varve.controller.decide.status.PoolStatus;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The status of a MachineConfigPool as the API has it: read, and written anew. */
final class StatusPatch {
    private StatusPatch() {}

    /** Conditions as they stand; those that cannot be read are as good as absent, since they are written anew. */
    static List<Condition> conditions(Tree status) {
        var conditions = new ArrayList<Condition>();
        for (Tree condition : status.at("conditions").list()) {
            try {
                conditions.add(new Condition(
                        condition.at("type").string(""),
                        condition.at("status").string("").equals("True"),
                        condition.at("reason").string(""),
                        condition.at("message").string(""),
                        Instant.parse(condition.at("lastTransitionTime").string(""))));
            } catch (DateTimeException unreadable) {
                continue;
            }
        }
        return conditions;
    }

    /**
     * The fields of the status that we write, with what others wrote into the list of conditions.
     *
     * @param configuration {@code spec.configuration} of the pool
     */
    static Map<String, @Nullable Object> fields(PoolStatus status, Tree before, @Nullable Object configuration) {
        var fields = new LinkedHashMap<String, @Nullable Object>();
        fields.put("observedGeneration", status.observedGeneration());
        fields.put("machineCount", status.counts().machines());
        fields.put("updatedMachineCount", status.counts().updated());
        fields.put("readyMachineCount", status.counts().ready());
        fields.put("unavailableMachineCount", status.counts().unavailable());
        fields.put("degradedMachineCount", status.counts().degraded());
        if (status.complete()) {
            fields.put("configuration", configuration);
        }
        fields.put("conditions", replaced(status.conditions(), before));
        return fields;
    }

    /** One condition, and the rest of the status as it was. */
    static Map<String, @Nullable Object> only(Condition condition, Tree before) {
        var fields = new LinkedHashMap<String, @Nullable Object>();
        fields.put("conditions", replaced(List.of(condition), before));
        return fields;
    }

    private static List<@Nullable Object> replaced(List<Condition> ours, Tree before) {
        Set<String> types = ours.stream().map(Condition::type).collect(Collectors.toSet());
        var conditions = new ArrayList<@Nullable Object>();
        ours.forEach(condition -> conditions.add(tree(condition)));
        before.at("conditions").list().stream()
                .filter(condition -> !types.contains(condition.at("type").string("")))
                .forEach(condition -> conditions.add(condition.value()));
        return conditions;
    }

    /** All of these stand in the status already. */
    static boolean stands(Map<String, @Nullable Object> fields, Tree before) {
        return fields.entrySet().stream().allMatch(field -> same(field.getValue(), before.at(field.getKey()).value()));
    }

    private static Map<String, @Nullable Object> tree(Condition condition) {
        var tree = new LinkedHashMap<String, @Nullable Object>();
        tree.put("type", condition.type());
        tree.put("status", condition.on() ? "True" : "False");
        tree.put("lastTransitionTime", condition.since().truncatedTo(ChronoUnit.SECONDS).toString());
        tree.put("reason", condition.reason());
        tree.put("message", condition.message());
        return tree;
    }

    /** Numbers by value, whatever their class; the rest as it is. */
    private static boolean same(@Nullable Object a, @Nullable Object b) {
        if (a instanceof Number left && b instanceof Number right) {
            return left.longValue() == right.longValue();
        }
        return a == null ? b == null : a.equals(b);
    }
}
