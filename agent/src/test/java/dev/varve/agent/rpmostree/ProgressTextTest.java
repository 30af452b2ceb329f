package dev.varve.agent.rpmostree;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProgressTextTest {
    private static final char NBSP = '\u00a0';
    private final ProgressText progress = new ProgressText();

    @Test
    void countsLayersFromOneAndAddsUpWhatTheyWeigh() {
        assertThat(progress.of("[0/3] Fetching ostree chunk 38006bdecb29d19375f (62.9" + NBSP + "MB)")).isEqualTo("layer 1 of 3, 60 MiB");
        assertThat(progress.of("[1/3] Fetching ostree chunk 48006bdecb29d19375f (1.1" + NBSP + "GB)")).isEqualTo("layer 2 of 3, 1109 MiB");
        assertThat(progress.of("[2/3] Fetching layer 58006bdecb29d19375f (512 bytes)")).isEqualTo("layer 3 of 3, 1109 MiB");
    }

    @Test
    void leavesEverythingElseAsItIsButForItsSpaces() {
        assertThat(progress.of("Staging deployment")).isEqualTo("Staging deployment");
        assertThat(progress.of("custom layers needed: 1 (2.1" + NBSP + "MB)")).isEqualTo("custom layers needed: 1 (2.1 MB)");
    }
}
