package dev.varve.controller.decide.rollout;

import dev.varve.controller.decide.LabelSelector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.contract.ContractException;
import dev.varve.contract.Tree;
import dev.varve.controller.decide.rollout.Membership.Claim;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MembershipTest {
    private static Claim claim(String pool) {
        return new Claim(pool, new LabelSelector(Map.of("role/" + pool, ""), List.of()));
    }

    private final Membership membership =
            new Membership(List.of(claim("worker"), claim("master"), claim("layered"), claim("infra")));

    private static Map<String, String> labels(String roles) {
        var labels = new HashMap<String, String>();
        for (String role : roles.split("\\+")) {
            labels.put("role/" + role, "");
        }
        return labels;
    }

    @ParameterizedTest
    @CsvSource({
        "worker, worker",
        "worker+layered, layered",
        "layered, layered",
        "master, master",
        "master+worker, master",
        "master+layered, master",
        "none,"
    })
    void namesThePrimaryPool(String roles, String pool) {
        Membership.Answer answer = membership.of("n1", labels(roles));

        assertThat(answer.pool()).isEqualTo(Optional.ofNullable(pool));
        assertThat(answer.conflict()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"layered+infra", "layered+infra+worker", "layered+infra+master"})
    void leavesANodeAloneThatTwoCustomPoolsAskFor(String roles) {
        Membership.Answer answer = membership.of("n1", labels(roles));

        assertThat(answer.pool()).isEmpty();
        assertThat(answer.conflict().orElseThrow())
                .startsWith("node n1 belongs to 2 custom roles, cannot proceed with this Node")
                .contains("infra, layered");
    }

    @Test
    void ignoresWindows() {
        Map<String, String> labels = labels("layered");
        labels.put("kubernetes.io/os", "windows");

        assertThat(membership.of("n1", labels).pool()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "In, true, false, false", "NotIn, false, true, true", "Exists, true, true, false", "DoesNotExist, false, false, true"
    })
    void readsExpressions(String operator, boolean same, boolean different, boolean absent) {
        LabelSelector selector = LabelSelector.from(Tree.root(Map.of(
                "matchExpressions", List.of(Map.of("key", "zone", "operator", operator, "values", List.of("a"))))));

        assertThat(selector.selects(Map.of("zone", "a"))).isEqualTo(same);
        assertThat(selector.selects(Map.of("zone", "b"))).isEqualTo(different);
        assertThat(selector.selects(Map.of())).isEqualTo(absent);
    }

    @Test
    void anEmptySelectorSelectsNothing() {
        assertThat(LabelSelector.from(Tree.root(null)).selects(Map.of("a", "b"))).isFalse();
    }

    @Test
    void refusesAnUnknownOperatorByName() {
        Tree tree = Tree.named("pool", Map.of("matchExpressions", List.of(Map.of("key", "a", "operator", "Like"))));

        assertThatThrownBy(() -> LabelSelector.from(tree))
                .isInstanceOf(ContractException.class)
                .hasMessageContaining("pool.matchExpressions[0].operator is \"Like\"");
    }
}
