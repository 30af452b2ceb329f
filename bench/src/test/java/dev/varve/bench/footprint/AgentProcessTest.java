package dev.varve.bench.footprint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AgentProcessTest {
    @Test
    void anOptionToTryStandsOverWhatTheImageSets() {
        assertThat(AgentProcess.withOptions(List.of("java", "-XX:AOTCache=a", "@java.args", "Main"), List.of("-Xmx1m", "-Xss1k")))
                .containsExactly("java", "-XX:AOTCache=a", "@java.args", "-Xmx1m", "-Xss1k", "Main");
        assertThat(AgentProcess.withOptions(List.of("java", "Main"), List.of())).containsExactly("java", "Main");
    }
}
