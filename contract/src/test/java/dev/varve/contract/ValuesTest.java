package dev.varve.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {

    @ParameterizedTest
    @CsvSource({"30s,30000", "1h30m,5400000", "250ms,250", "0,0", "1m0s,60000"})
    void durationsReadAsKubernetesWritesThem(String text, long millis) {
        assertThat(Durations.parse("k", text)).isEqualTo(Duration.ofMillis(millis));
        assertThat(Durations.parse("k", Durations.wire(Duration.ofMillis(millis)))).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "5 s", "-5s", "5x", "s", "99999999999999999999s", "9223372036854775807h"})
    void otherDurationsAreRefusedWithTheirKey(String text) {
        assertThatThrownBy(() -> Durations.parse("drain.timeout", text)).hasMessageStartingWith("drain.timeout is \"" + text);
    }

    @ParameterizedTest
    @CsvSource({"252000,4m12s", "8000,8s", "400,0.4s", "7500000,2h5m", "3600000,1h", "0,0s", "180000000,2d2h"})
    void durationsReadAsPeopleSayThem(long millis, String text) {
        assertThat(Durations.text(Duration.ofMillis(millis))).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"25%,3,1", "25%,8,2", "50%,5,2", "0,9,1", "2,9,2", "100%,7,7", "0%,4,1"})
    void aShareIsRoundedDownToOneNodeAtLeast(String text, int nodes, int expected) {
        assertThat(IntOrPercent.parse("k", text).of(nodes)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"101%", "-1", "x", "", "1.5", "%", "99999999999"})
    void otherSharesAreRefused(String text) {
        assertThatThrownBy(() -> IntOrPercent.parse("maxUnavailable", text)).hasMessageStartingWith("maxUnavailable is");
    }

    @Test
    void aPolicyIsRefusedWithFieldAndValue() {
        assertThatThrownBy(() -> RolloutSpec.from(Tree.named("spec", Map.of("drain", Map.of("onTimeout", "Kill")))))
                .hasMessage("spec.drain.onTimeout is \"Kill\": want Wait, Skip or Force");
        assertThatThrownBy(() -> RolloutSpec.from(Tree.named("spec", Map.of("drain", Map.of("unmanagedPods", "evict")))))
                .hasMessage("spec.drain.unmanagedPods is \"evict\": want Block or Evict");
        assertThatThrownBy(() -> RolloutSpec.from(Tree.named("spec", Map.of("failure", Map.of("haltAfter", 0)))))
                .hasMessageStartingWith("spec.failure.haltAfter is \"0\"");
        assertThatThrownBy(() -> RolloutSpec.from(Tree.named("spec", Map.of("retention", Map.of("images", 0)))))
                .hasMessage("spec.retention.images is \"0\": want 1 or more");
        assertThatThrownBy(() -> RolloutSpec.from(Tree.named("spec", Map.of("health", List.of())))).hasMessageContaining("want an object");
    }

    @Test
    void aPoolWithoutAPolicyHasTheDefaults() {
        assertThat(RolloutSpec.from(Tree.root(null))).isEqualTo(RolloutSpec.DEFAULT);
    }

    @Test
    void aPolicySaysHowManyImagesStay() {
        assertThat(RolloutSpec.from(Tree.named("spec", Map.of("retention", Map.of("images", 7)))).retainImages()).isEqualTo(7);
        assertThat(RolloutSpec.DEFAULT.retainImages()).isEqualTo(3);
    }

    @Test
    void aTreeNamesTheWayToAWrongValue() {
        Tree tree = Tree.named("MachineConfig a", Map.of("spec", Map.of("files", List.of(Map.of("mode", "x")))));
        assertThatThrownBy(() -> tree.at("spec").at("files").list().getFirst().at("mode").integer())
                .hasMessage("MachineConfig a.spec.files[0].mode is \"x\": want a whole number");
    }
}
