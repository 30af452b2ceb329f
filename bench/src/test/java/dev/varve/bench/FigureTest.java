package dev.varve.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class FigureTest {
    @Test
    void theMedianIsTheMiddleOneOrTheMeanOfTwo() {
        assertThat(figure(OptionalDouble.empty(), 9, 1, 5).median()).isEqualTo(5);
        assertThat(figure(OptionalDouble.empty(), 9, 1, 5, 4).median()).isEqualTo(4.5);
        assertThatThrownBy(() -> figure(OptionalDouble.empty())).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("memory");
    }

    @Test
    void aTargetIsForTheMedian() {
        assertThat(figure(OptionalDouble.of(5), 9, 1, 5).met()).isTrue();
        assertThat(figure(OptionalDouble.of(4.9), 9, 1, 5).met()).isFalse();
        assertThat(figure(OptionalDouble.empty(), 9).met()).isTrue();
    }

    @Test
    void theTableSaysWhatWasMissed() {
        var result = new Result("title", new Machine("Linux", "a processor", 2, 1024, "6"), Map.of("Java", "25"),
                List.of(figure(OptionalDouble.of(90), 100.25, 99, 91), figure(OptionalDouble.of(100), 1.234)), List.of("a note"));
        assertThat(result.table().lines()).contains(
                "Linux, Linux 6, 2 cores (a processor), 1024 MiB; Java 25",
                "| memory | 99 MiB | 91 to 100.3 | ≤ 90, missed | 100.3, 99, 91 |",
                "| memory | 1.23 MiB | 1.23 to 1.23 | ≤ 100 | 1.23 |",
                "a note");
        assertThat(result.json()).contains("\"median\" : 99.0", "\"met\" : false");
    }

    private static Figure figure(OptionalDouble target, double... runs) {
        return new Figure("memory", "MiB", Arrays.stream(runs).boxed().toList(), target);
    }
}
