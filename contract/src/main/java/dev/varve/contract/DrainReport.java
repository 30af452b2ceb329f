package dev.varve.contract;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code V/drain}: how far a drain is and who holds it up.
 *
 * @param total pods that had to go when it began
 * @param left pods that are still there
 */
public record DrainReport(Instant since, int total, int left, List<Blocker> blockers) {

    /**
     * A pod that does not go.
     *
     * @param budget name of the PodDisruptionBudget that holds it, if that is why
     * @param message what the API server said
     */
    public record Blocker(String namespace, String pod, Optional<String> budget, String message, Instant since) {
        Map<String, @Nullable Object> tree() {
            var tree = new LinkedHashMap<String, @Nullable Object>();
            tree.put("namespace", namespace);
            tree.put("pod", pod);
            budget.ifPresent(name -> tree.put("budget", name));
            tree.put("message", message);
            tree.put("since", since.toString());
            return tree;
        }
    }

    public DrainReport {
        blockers = List.copyOf(blockers);
    }

    /** @throws ContractException naming the field and the value */
    public static DrainReport from(Tree tree) {
        var blockers = new ArrayList<Blocker>();
        for (Tree blocker : tree.at("blockers").list()) {
            blockers.add(new Blocker(
                    blocker.at("namespace").string(""),
                    blocker.at("pod").string(""),
                    blocker.at("budget").text(),
                    blocker.at("message").string(""),
                    Failure.instant(blocker.at("since")).orElse(Instant.EPOCH)));
        }
        return new DrainReport(
                Failure.instant(tree.at("since")).orElse(Instant.EPOCH),
                tree.at("total").integer().orElse(0),
                tree.at("left").integer().orElse(0),
                blockers);
    }

    public Map<String, @Nullable Object> tree() {
        var tree = new LinkedHashMap<String, @Nullable Object>();
        tree.put("since", since.toString());
        tree.put("total", total);
        tree.put("left", left);
        tree.put("blockers", blockers.stream().map(Blocker::tree).toList());
        return tree;
    }
}
