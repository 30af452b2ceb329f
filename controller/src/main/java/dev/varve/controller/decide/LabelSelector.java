package dev.varve.controller.decide;

import dev.varve.contract.ContractException;
import dev.varve.contract.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A label selector of Kubernetes: all labels and all expressions must hold. */
public record LabelSelector(Map<String, String> labels, List<Expression> expressions) {

    /** @param operator In, NotIn, Exists or DoesNotExist */
    public record Expression(String key, Operator operator, List<String> values) {
        public Expression {
            values = List.copyOf(values);
        }

        boolean matches(Map<String, String> labels) {
            String value = labels.getOrDefault(key, "");
            return switch (operator) {
                case In -> labels.containsKey(key) && values.contains(value);
                // Kubernetes: a node without the label is not in any set of values.
                case NotIn -> !labels.containsKey(key) || !values.contains(value);
                case Exists -> labels.containsKey(key);
                case DoesNotExist -> !labels.containsKey(key);
            };
        }
    }

    public enum Operator {
        In,
        NotIn,
        Exists,
        DoesNotExist
    }

    public LabelSelector {
        labels = Map.copyOf(labels);
        expressions = List.copyOf(expressions);
    }

    /** @throws ContractException naming the field and the value */
    public static LabelSelector from(Tree tree) {
        var expressions = new ArrayList<Expression>();
        for (Tree expression : tree.at("matchExpressions").list()) {
            expressions.add(new Expression(
                    expression.at("key").string(""),
                    operator(expression.at("operator")),
                    expression.at("values").list().stream().map(value -> value.string("")).toList()));
        }
        return new LabelSelector(tree.at("matchLabels").strings(), expressions);
    }

    /** True where it asks for nothing. What that means differs: of MachineConfigs it selects all, of nodes none. */
    public boolean isEmpty() {
        return labels.isEmpty() && expressions.isEmpty();
    }

    /** An empty selector matches everything, as in Kubernetes. */
    public boolean matches(Map<String, String> candidate) {
        return candidate.entrySet().containsAll(labels.entrySet())
                && expressions.stream().allMatch(expression -> expression.matches(candidate));
    }

    /** As {@link #matches}, but an empty selector selects nothing: a pool that asks for no label has no nodes. */
    public boolean selects(Map<String, String> candidate) {
        return !isEmpty() && matches(candidate);
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
