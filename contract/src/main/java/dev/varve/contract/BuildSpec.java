package dev.varve.contract;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * {@code spec.build} of a RolloutPolicy: how the pool's images are built. What is left out is the installation's own choice.
 *
 * @param timeout for one attempt
 * @param attempts before a build is failed, 1 or more
 * @param requests of the container that builds, by resource, as Kubernetes quantities
 * @param limits likewise
 * @param nodeSelector labels of the nodes that may build
 * @param tolerations of the build pod
 * @param priorityClassName of the build pod
 * @param cacheClaim name of the PersistentVolumeClaim that keeps base images and layers from one build to the next
 */
public record BuildSpec(
        Duration timeout,
        int attempts,
        Map<String, String> requests,
        Map<String, String> limits,
        Map<String, String> nodeSelector,
        List<Toleration> tolerations,
        Optional<String> priorityClassName,
        Optional<String> cacheClaim) {

    public static final BuildSpec DEFAULT =
            new BuildSpec(Duration.ofHours(1), 3, Map.of(), Map.of(), Map.of(), List.of(), Optional.empty(), Optional.empty());

    /** apimachinery's grammar of a quantity that is not negative. */
    private static final Pattern QUANTITY = Pattern.compile("\\+?(\\d+(\\.\\d*)?|\\.\\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\\d+)?");
    private static final Set<String> OPERATORS = Set.of("Exists", "Equal");
    private static final Set<String> EFFECTS = Set.of("", "NoSchedule", "PreferNoSchedule", "NoExecute");

    public BuildSpec {
        requests = Map.copyOf(requests);
        limits = Map.copyOf(limits);
        nodeSelector = Map.copyOf(nodeSelector);
        tolerations = List.copyOf(tolerations);
    }

    /**
     * As in a pod; "" where left out.
     *
     * @param seconds before a pod with it is evicted; empty means never
     */
    public record Toleration(String key, String operator, String value, String effect, Optional<Integer> seconds) {}

    /** @throws ContractException naming the field and the value */
    static BuildSpec from(Tree build) {
        int attempts = build.at("attempts").integer().orElse(DEFAULT.attempts);
        if (attempts < 1) {
            throw new ContractException(build.at("attempts").path(), attempts, "want 1 or more");
        }
        Duration timeout = build.at("timeout").duration().orElse(DEFAULT.timeout);
        if (timeout.isZero()) {
            throw new ContractException(build.at("timeout").path(), timeout, "want more than 0");
        }
        Tree resources = build.at("resources");
        return new BuildSpec(
                timeout,
                attempts,
                quantities(resources.at("requests")),
                quantities(resources.at("limits")),
                build.at("nodeSelector").strings(),
                build.at("tolerations").list().stream().map(BuildSpec::toleration).toList(),
                build.at("priorityClassName").text(),
                build.at("cache").at("claimName").text());
    }

    private static Map<String, String> quantities(Tree tree) {
        var quantities = new LinkedHashMap<String, String>();
        tree.map().forEach((resource, value) -> {
            String text = String.valueOf(value);
            if (!QUANTITY.matcher(text).matches()) {
                throw new ContractException(tree.path() + "." + resource, value, "want a quantity such as 500m or 4Gi");
            }
            quantities.put(resource, text);
        });
        return quantities;
    }

    private static Toleration toleration(Tree tree) {
        Tree operator = tree.at("operator");
        return new Toleration(
                tree.at("key").string(""),
                word(operator, operator.string("Equal"), OPERATORS),
                tree.at("value").string(""),
                word(tree.at("effect"), tree.at("effect").string(""), EFFECTS),
                tree.at("tolerationSeconds").integer());
    }

    private static String word(Tree tree, String word, Set<String> words) {
        if (!words.contains(word)) {
            throw new ContractException(tree.path(), word, "want one of " + String.join(" ", words.stream().sorted().toList()).strip());
        }
        return word;
    }
}
