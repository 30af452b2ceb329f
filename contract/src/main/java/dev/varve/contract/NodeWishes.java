package dev.varve.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the controller wishes of a node, read from the Node's annotations. A wish that cannot be read is left out and
 * stands in {@code problems}, one sentence each: it is reported and acted on by nobody.
 *
 * @param desiredConfig name of the rendered config of the grant
 * @param desiredImage the grant
 * @param prefetch to be staged now, while serving; not a grant
 */
public record NodeWishes(
        Optional<String> desiredConfig,
        Optional<Pullspec> desiredImage,
        Optional<Pullspec> prefetch,
        List<String> kernelArguments,
        AgentPolicy policy,
        List<String> problems) {

    public static final NodeWishes NONE =
            new NodeWishes(Optional.empty(), Optional.empty(), Optional.empty(), List.of(), AgentPolicy.DEFAULT, List.of());

    public NodeWishes {
        kernelArguments = List.copyOf(kernelArguments);
        problems = List.copyOf(problems);
    }

    /** What the node should run in the end: the prefetch where there is one, else the grant. */
    public Optional<Pullspec> wanted() {
        return prefetch.or(() -> desiredImage);
    }

    /** The node may go to the wanted image now. */
    public boolean granted() {
        return desiredImage.isPresent() && desiredImage.equals(wanted());
    }

    /** The grant says no more than what the node has completed. */
    public boolean grantIsSpent(NodeFacts facts) {
        return desiredImage.equals(facts.currentImage()) && desiredConfig.equals(facts.currentConfig());
    }

    public static NodeWishes from(Map<String, String> annotations, Json json) {
        var problems = new ArrayList<String>();
        return new NodeWishes(
                Optional.ofNullable(annotations.get(Keys.DESIRED_CONFIG)).filter(s -> !s.isEmpty()),
                image(annotations, Keys.DESIRED_IMAGE, problems),
                image(annotations, Keys.PREFETCH, problems),
                kept(List.<String>of(), problems, () -> arguments(parsed(annotations, Keys.KERNEL_ARGUMENTS, json))),
                kept(AgentPolicy.DEFAULT, problems, () -> AgentPolicy.from(parsed(annotations, Keys.POLICY, json))),
                problems);
    }

    private static Optional<Pullspec> image(Map<String, String> annotations, String key, List<String> problems) {
        String text = annotations.getOrDefault(key, "");
        return text.isEmpty()
                ? Optional.empty()
                : kept(Optional.empty(), problems, () -> Optional.of(Pullspec.parseDigested(key, text)));
    }

    /** One entry may hold several, as in the reference. */
    private static List<String> arguments(Tree tree) {
        return tree.list().stream().flatMap(NodeWishes::argumentsOf).toList();
    }

    private static Stream<String> argumentsOf(Tree entry) {
        String text = entry.string("");
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw new ContractException(entry.path(), text, "must not have control characters");
        }
        return Stream.of(text.split(" ")).filter(argument -> !argument.isEmpty());
    }

    static Tree parsed(Map<String, String> annotations, String key, Json json) {
        String text = annotations.getOrDefault(key, "");
        try {
            @Nullable Object value = text.isEmpty() ? null : json.read(text);
            return Tree.named(key, value);
        } catch (IllegalArgumentException notJson) {
            throw new ContractException(key, text, "is not JSON");
        }
    }

    static <T> T kept(T fallback, List<String> problems, Supplier<T> read) {
        try {
            return read.get();
        } catch (ContractException wrong) {
            problems.add(wrong.sentence());
            return fallback;
        }
    }
}
