package dev.varve.controller.decide.render;

import dev.varve.controller.decide.LabelSelector;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.contract.ContractException;
import dev.varve.contract.Tree;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class CanonicalJsonTest {
    @Test
    void sortsKeysAndLeavesNoSpaces() {
        var map = new LinkedHashMap<String, Object>();
        map.put("b", List.of(1, 2.0, 2.5, 10_000_000_000L));
        map.put("a", Arrays.asList(true, null, "x"));
        assertThat(CanonicalJson.text(map)).isEqualTo("{\"a\":[true,null,\"x\"],\"b\":[1,2,2.5,10000000000]}");
    }

    @Test
    void escapesOnlyWhatMustBe() {
        assertThat(CanonicalJson.text("\"\\\n\u0001äß/")).isEqualTo("\"\\\"\\\\\\u000a\\u0001äß/\"");
    }

    @Test
    void selectorsMatchAsKubernetesDoes() {
        LabelSelector selector = LabelSelector.from(Tree.root(Map.of("matchExpressions", List.of(
                Map.of("key", "role", "operator", "In", "values", List.of("worker", "layered")),
                Map.of("key", "off", "operator", "DoesNotExist"),
                Map.of("key", "zone", "operator", "NotIn", "values", List.of("c"))))));
        assertThat(selector.matches(Map.of("role", "worker"))).isTrue();
        assertThat(selector.matches(Map.of("role", "layered", "zone", "a"))).isTrue();
        assertThat(selector.matches(Map.of("role", "infra"))).isFalse();
        assertThat(selector.matches(Map.of("role", "worker", "off", ""))).isFalse();
        assertThat(selector.matches(Map.of("role", "worker", "zone", "c"))).isFalse();
        assertThat(LabelSelector.from(Tree.root(Map.of())).isEmpty()).isTrue();
        Assertions.assertThatThrownBy(() -> LabelSelector.from(Tree.root(Map.of("matchExpressions", List.of(Map.of("key", "a", "operator", "Like"))))))
                .isInstanceOf(ContractException.class).hasMessageContaining("matchExpressions[0].operator is \"Like\"");
    }
}
