package dev.varve.contract;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code V/failure}: the last failure on the way to an image; gone at Done.
 *
 * @param image the pullspec it happened with
 * @param phase what the node was doing
 * @param attempts tries so far, 1 or more
 * @param retryAt when it is tried again by itself; empty where it waits for something else
 * @param permanent not tried again until the target changes
 */
public record Failure(
        String image, Phase phase, String message, int attempts, Optional<Instant> retryAt, boolean permanent) {

    /** @throws ContractException naming the field and the value */
    public static Failure from(Tree tree) {
        Tree phase = tree.at("phase");
        return new Failure(
                tree.at("image").string(""),
                Phase.parse(phase.string("")).orElseThrow(
                        () -> new ContractException(phase.path(), phase.value(), "not a phase")),
                tree.at("message").string(""),
                tree.at("attempts").integer().orElse(1),
                instant(tree.at("retryAt")),
                tree.at("permanent").bool().orElse(false));
    }

    public Map<String, @Nullable Object> tree() {
        var tree = new LinkedHashMap<String, @Nullable Object>();
        tree.put("image", image);
        tree.put("phase", phase.name());
        tree.put("message", message);
        tree.put("attempts", attempts);
        retryAt.ifPresent(at -> tree.put("retryAt", at.toString()));
        tree.put("permanent", permanent);
        return tree;
    }

    static Optional<Instant> instant(Tree tree) {
        return tree.text().map(text -> {
            try {
                return Instant.parse(text);
            } catch (DateTimeException wrong) {
                throw new ContractException(tree.path(), text, "want a time such as 2026-11-23T10:00:00Z");
            }
        });
    }
}
