package dev.varve.controller.kube.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.controller.kube.FakeCluster;
import dev.varve.controller.kube.KubeException;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FreshNodesTest {
    private final FreshNodes fresh = new FreshNodes();

    private static Node version(String version) {
        return FakeCluster.node("n1", version, Map.of(), Map.of());
    }

    @Test
    void prefersWhatWasWrittenToAnOlderCache() {
        Node written = version("10");
        fresh.remember(written);

        assertThat(fresh.newest(version("9"))).isSameAs(written);
        assertThat(fresh.newest(version("9"))).isSameAs(written);
    }

    @Test
    void forgetsItWhenTheCacheHasCaughtUp() {
        fresh.remember(version("10"));
        Node seen = version("11");

        assertThat(fresh.newest(seen)).isSameAs(seen);
        Node stale = version("9");
        assertThat(fresh.newest(stale)).isSameAs(stale);
    }

    @Test
    void comparesNumbersNotTexts() {
        fresh.remember(version("10"));

        assertThat(fresh.newest(version("9")).getMetadata().getResourceVersion()).isEqualTo("10");
    }

    @Test
    void anAnswerThatArrivesLateDoesNotReplaceANewerOne() {
        fresh.remember(version("12"));
        fresh.remember(version("10"));

        assertThat(fresh.newest(version("9")).getMetadata().getResourceVersion()).isEqualTo("12");
    }

    @Test
    void aNodeMadeAnewUnderTheNameIsAnotherNode() {
        fresh.remember(version("10"));
        Node anew = new NodeBuilder(version("9")).editMetadata().withUid("other").endMetadata().build();

        assertThat(fresh.newest(anew)).isSameAs(anew);
    }

    @Test
    void saysWhenVersionsCannotBeCompared() {
        fresh.remember(version("10"));

        assertThatThrownBy(() -> fresh.newest(version("x")))
                .isInstanceOf(KubeException.class)
                .hasMessageContaining("node n1 has resourceVersion x");
    }
}
