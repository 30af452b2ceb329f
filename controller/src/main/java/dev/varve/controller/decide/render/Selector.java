package dev.varve.controller.decide.render;

import dev.varve.contract.ContractException;
import dev.varve.contract.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A label selector, read once. */
public final class Selector {
    private final List<Requirement> requirements;

    private enum Operator { In, NotIn, Exists, DoesNotExist }

    private record Requirement(String key, Operator operator, List<String> values) {
        boolean matches(Map<String, String> labels) {
            return switch (operator) {
                case In -> Optional.ofNullable(labels.get(key)).filter(values::contains).isPresent();
                case NotIn -> Optional.ofNullable(labels.get(key)).filter(values::contains).isEmpty();
                case Exists -> labels.containsKey(key);
                case DoesNotExist -> !labels.containsKey(key);
            };
        }
    }

    private Selector(List<Requirement> requirements) {
        this.requirements = List.copyOf(requirements);
    }

    /** @throws ContractException naming the field that cannot be read */
    public static Selector from(Tree tree) {
        var requirements = new ArrayList<Requirement>();
        tree.at("matchLabels").strings().forEach((key, value) ->
                requirements.add(new Requirement(key, Operator.In, List.of(value))));
        for (Tree expression : tree.at("matchExpressions").list()) {
            List<String> values = expression.at("values").list().stream().flatMap(v -> v.string().stream()).toList();
            requirements.add(new Requirement(expression.at("key").string(""), operator(expression.at("operator")), values));
        }
        return new Selector(requirements);
    }

    /** An empty selector matches everything, as in Kubernetes; callers that cannot want that ask here. */
    public boolean empty() {
        return requirements.isEmpty();
    }

    public boolean matches(Map<String, String> labels) {
        return requirements.stream().allMatch(r -> r.matches(labels));
    }

    private static Operator operator(Tree tree) {
        String text = tree.string("");
        for (Operator operator : Operator.values()) {
            if (operator.name().equals(text)) {
                return operator;
            }
        }
        throw new ContractException(tree.path(), text, "want In, NotIn, Exists or DoesNotExist");
    }
}
