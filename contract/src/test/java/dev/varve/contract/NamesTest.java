package dev.varve.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NamesTest {
    private static final String HASH = "de9c5e764b623c4065a1645261e9d553";

    @Test
    void namesReadAsInTheGuide() {
        String rendered = Names.renderedConfig("layered", HASH);
        assertThat(rendered).isEqualTo("rendered-layered-" + HASH);
        assertThat(Names.build("layered", rendered, "0a1b2c3d")).isEqualTo("layered-rendered-layered-" + HASH + "-0a1b2c3d-builder");
        assertThat(Names.buildPod(rendered, "0a1b2c3d", 1)).isEqualTo("build-rendered-layered-" + HASH + "-0a1b2c3d");
        assertThat(Names.buildPod(rendered, "0a1b2c3d", 3)).endsWith("-0a1b2c3d-3");
        assertThat(Names.agentDaemonSet("layered")).isEqualTo("varve-agent-layered");
    }

    @Test
    void aLongNameIsShortenedInTheMiddleAndNeverClashes() {
        String pool = "a".repeat(250);
        String one = Names.renderedConfig(pool + "x", HASH);
        String other = Names.renderedConfig(pool + "y", HASH);
        assertThat(one).hasSizeLessThanOrEqualTo(Names.MAX_NAME).startsWith("rendered-aaa").endsWith(HASH).isNotEqualTo(other);
    }

    @Test
    void aShortenedNameKeepsToTheLettersOfANameAtItsSeam() {
        assertThat(Names.fit("a-------------------------------------b", 20)).matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?").hasSizeLessThanOrEqualTo(20);
        assertThat(Names.label("x".repeat(64))).hasSizeLessThanOrEqualTo(63);
    }
}
