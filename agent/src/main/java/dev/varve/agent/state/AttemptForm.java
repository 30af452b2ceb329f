package dev.varve.agent.state;

import dev.varve.agent.decide.Attempt;
import dev.varve.agent.decide.Cordon;
import dev.varve.agent.decide.FailureClass;
import dev.varve.agent.decide.Finalization;
import dev.varve.agent.decide.Trouble;
import dev.varve.contract.ContractException;
import dev.varve.contract.Digest;
import dev.varve.contract.Phase;
import dev.varve.contract.Pullspec;
import dev.varve.contract.Tree;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An attempt as a tree of plain values, and back. */
final class AttemptForm {
    /** Raised whenever an older agent would misread the file. */
    private static final int VERSION = 1;

    private AttemptForm() {}

    static Map<String, @Nullable Object> write(Attempt attempt) {
        var tree = new LinkedHashMap<String, @Nullable Object>();
        tree.put("version", VERSION);
        put(tree, "target", attempt.target());
        tree.put("phase", attempt.phase().name());
        tree.put("bootId", attempt.bootId());
        tree.put("cordon", attempt.cordon().name());
        put(tree, "ownStage", attempt.ownStage());
        put(tree, "drainSince", attempt.drainSince());
        attempt.finalization().ifPresent(f -> tree.put("finalization", finalization(f)));
        tree.put("lostStages", attempt.lostStages());
        attempt.rollBack().ifPresent(r -> tree.put("rollBack", map(
                "bootId", r.bootId(), "since", r.since().toString(), "cause", r.cause())));
        attempt.trouble().ifPresent(t -> tree.put("trouble", trouble(t)));
        tree.put("rejected", attempt.rejected().stream().map(Object::toString).toList());
        put(tree, "origin", attempt.origin());
        attempt.confirmed().ifPresent(c -> tree.put("confirmed", map(
                "bootId", c.bootId(), "image", c.image().toString(), "kernelArguments", c.kernelArguments())));
        attempt.health().ifPresent(h -> {
            Map<String, @Nullable Object> health = map("since", h.since().toString());
            put(health, "goodSince", h.goodSince());
            tree.put("health", health);
        });
        return tree;
    }

    /** @throws ContractException naming the field and the value */
    static Attempt read(Tree tree) {
        int version = tree.at("version").integer().orElse(0);
        if (version != VERSION) {
            throw new ContractException("version", version, "this agent reads version " + VERSION);
        }
        return new Attempt(
                image(tree.at("target")),
                word(Phase.class, tree.at("phase")),
                tree.at("bootId").string(""),
                word(Cordon.class, tree.at("cordon")),
                tree.at("ownStage").text().map(Digest::new),
                instant(tree.at("drainSince")),
                under(tree.at("finalization")).map(AttemptForm::finalization),
                tree.at("lostStages").integer().orElse(0),
                under(tree.at("rollBack")).map(r -> new Attempt.RollBackIntent(
                        r.at("bootId").string(""), since(r), r.at("cause").string(""))),
                under(tree.at("trouble")).map(AttemptForm::trouble),
                tree.at("rejected").list().stream().map(t -> new Digest(t.string(""))).toList(),
                image(tree.at("origin")),
                under(tree.at("confirmed")).map(c -> new Attempt.Confirmed(
                        c.at("bootId").string(""), needed(c.at("image")), arguments(c))),
                under(tree.at("health")).map(h -> new Attempt.Health(since(h), instant(h.at("goodSince")))));
    }

    private static Map<String, @Nullable Object> finalization(Finalization f) {
        return map(
                "target", f.target().toString(),
                "kernelArguments", f.kernelArguments(),
                "bootId", f.bootId(),
                "since", f.since().toString(),
                "accepted", f.accepted(),
                "presentBefore", f.presentBefore());
    }

    private static Finalization finalization(Tree f) {
        return new Finalization(
                needed(f.at("target")),
                arguments(f),
                f.at("bootId").string(""),
                since(f),
                f.at("accepted").bool().orElse(false),
                f.at("presentBefore").bool().orElse(false));
    }

    private static List<String> arguments(Tree tree) {
        return tree.at("kernelArguments").list().stream().map(argument -> argument.string("")).toList();
    }

    private static Map<String, @Nullable Object> trouble(Trouble t) {
        Map<String, @Nullable Object> tree = map(
                "phase", t.phase().name(),
                "kind", t.kind().name(),
                "sentence", t.sentence(),
                "attempts", t.attempts(),
                "suspect", t.suspect());
        put(tree, "retryAt", t.retryAt());
        return tree;
    }

    private static Trouble trouble(Tree t) {
        return new Trouble(
                word(Phase.class, t.at("phase")),
                word(FailureClass.class, t.at("kind")),
                t.at("sentence").string(""),
                t.at("attempts").integer().orElse(1),
                instant(t.at("retryAt")),
                t.at("suspect").bool().orElse(false));
    }

    private static Map<String, @Nullable Object> map(Object... keysAndValues) {
        var map = new LinkedHashMap<String, @Nullable Object>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }

    private static void put(Map<String, @Nullable Object> tree, String key, Optional<?> value) {
        value.ifPresent(present -> tree.put(key, present.toString()));
    }

    private static Optional<Tree> under(Tree tree) {
        return tree.present() ? Optional.of(tree) : Optional.empty();
    }

    private static Optional<Pullspec> image(Tree tree) {
        return tree.text().map(text -> Pullspec.parseDigested(tree.path(), text));
    }

    private static Pullspec needed(Tree tree) {
        return Pullspec.parseDigested(tree.path(), tree.string(""));
    }

    private static Instant since(Tree tree) {
        Tree since = tree.at("since");
        return instant(since).orElseThrow(() -> new ContractException(since.path(), since.value(), "want a time"));
    }

    private static Optional<Instant> instant(Tree tree) {
        return tree.text().map(text -> {
            try {
                return Instant.parse(text);
            } catch (DateTimeException wrong) {
                throw new ContractException(tree.path(), text, "want a time such as 2026-11-23T10:00:00Z");
            }
        });
    }

    private static <E extends Enum<E>> E word(Class<E> type, Tree tree) {
        String text = tree.string("");
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(text)) {
                return constant;
            }
        }
        throw new ContractException(tree.path(), text, "not one of " + java.util.Arrays.toString(type.getEnumConstants()));
    }
}
