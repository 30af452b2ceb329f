package dev.varve.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a node's agent has reported, read from the Node's annotations. A value that cannot be read is left out and stands
 * in {@code problems}.
 *
 * @param staged pullspec that is staged, locked and checked in this boot
 * @param rejected digests that did not survive their boot on this node, newest first
 * @param heldCordon the node was unschedulable when we came, and stays so
 */
public record NodeFacts(
        Optional<NodeState> state,
        String reason,
        Optional<Phase> phase,
        Optional<String> currentConfig,
        Optional<Pullspec> currentImage,
        Optional<Pullspec> staged,
        Optional<Pullspec> originImage,
        Optional<Failure> failure,
        Optional<DrainReport> drain,
        List<Digest> rejected,
        boolean heldCordon,
        String progress,
        Optional<String> bootId,
        List<String> problems) {

    public NodeFacts {
        rejected = List.copyOf(rejected);
        problems = List.copyOf(problems);
    }

    public static NodeFacts from(Map<String, String> annotations, Json json) {
        var problems = new ArrayList<String>();
        return new NodeFacts(
                text(annotations, Keys.STATE).flatMap(s -> known(Keys.STATE, s, NodeState.parse(s), problems)),
                annotations.getOrDefault(Keys.REASON, ""),
                text(annotations, Keys.PHASE).flatMap(s -> known(Keys.PHASE, s, Phase.parse(s), problems)),
                text(annotations, Keys.CURRENT_CONFIG),
                image(annotations, Keys.CURRENT_IMAGE, problems),
                image(annotations, Keys.STAGED, problems),
                image(annotations, Keys.ORIGIN_IMAGE, problems),
                read(annotations, Keys.FAILURE, json, problems, Failure::from),
                read(annotations, Keys.DRAIN, json, problems, DrainReport::from),
                read(annotations, Keys.REJECTED, json, problems, NodeFacts::digests).orElse(List.of()),
                "true".equals(annotations.get(Keys.HELD_CORDON)),
                annotations.getOrDefault(Keys.PROGRESS, ""),
                text(annotations, Keys.BOOT_ID),
                problems);
    }

    private static List<Digest> digests(Tree tree) {
        return tree.list().stream().map(t -> new Digest(t.string(""))).toList();
    }

    private static Optional<String> text(Map<String, String> annotations, String key) {
        return Optional.ofNullable(annotations.get(key)).filter(s -> !s.isEmpty());
    }

    private static <T> Optional<T> known(String key, String text, Optional<T> parsed, List<String> problems) {
        if (parsed.isEmpty()) {
            problems.add(new ContractException(key, text, "not a value of this key").sentence());
        }
        return parsed;
    }

    private static Optional<Pullspec> image(Map<String, String> annotations, String key, List<String> problems) {
        return text(annotations, key).flatMap(text -> NodeWishes.kept(
                Optional.empty(), problems, () -> Optional.of(Pullspec.parseDigested(key, text))));
    }

    private static <T> Optional<T> read(
            Map<String, String> annotations,
            String key,
            Json json,
            List<String> problems,
            java.util.function.Function<Tree, T> reader) {
        return text(annotations, key).flatMap(text -> NodeWishes.kept(
                Optional.<T>empty(),
                problems,
                () -> Optional.of(reader.apply(NodeWishes.parsed(annotations, key, json)))));
    }
}
