package dev.varve.bench.builds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.bench.Figure;
import dev.varve.bench.Result;
import org.junit.jupiter.api.Test;

class BuildOverheadTest {
    @Test
    void takesTheTimesOfEachBuild() {
        Result result = new BuildOverhead(2, _ -> {}).measure();
        assertThat(result.figures()).extracting(Figure::name).containsExactly("from the edit to the build pod", "from the end of the push to Succeeded", "both");
        assertThat(result.figures()).allSatisfy(figure -> assertThat(figure.runs()).hasSize(2).allMatch(seconds -> seconds > 0));
    }
}
