package dev.varve.agent.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.agent.decide.DrainFilter.Verdict;
import dev.varve.contract.AgentPolicy;
import dev.varve.contract.Tree;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DrainFilterTest {

    @ParameterizedTest(name = "{0}/{1} {2} {3} -> {4}")
    @CsvSource({
        "shop,  cart,    ReplicaSet,  -,           Evict",
        "shop,  db-0,    StatefulSet, -,           Evict",
        "shop,  once,    Job,         -,           Evict",
        "shop,  logs,    DaemonSet,   -,           Stay",
        "shop,  logs,    DaemonSet,   terminating, Stay",
        "shop,  etcd,    -,           mirror,      Stay",
        "shop,  once,    Job,         finished,    Stay",
        "shop,  naked,   -,           finished,    Stay",
        "shop,  naked,   -,           -,           Blocks",
        "shop,  naked,   -,           terminating, AwaitEnd",
        "shop,  cart,    ReplicaSet,  terminating, AwaitEnd",
        "varve, agent-1, -,           -,           Stay",
        "shop,  agent-1, ReplicaSet,  -,           Evict",
        "varve, other,   ReplicaSet,  -,           Evict",
    })
    void decidesByKindAndState(String namespace, String name, String owner, String state, Verdict expected) {
        assertThat(new DrainFilter(AgentPolicy.DEFAULT, "varve", "agent-1").of(pod(namespace, name, owner, state)))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"shop,Evict", "quiet,Stay"})
    void leavesSkippedNamespacesAlone(String namespace, Verdict expected) {
        AgentPolicy policy = AgentPolicy.from(Tree.root(Map.of("drain", Map.of("skipNamespaces", List.of("quiet")))));
        assertThat(new DrainFilter(policy, "varve", "agent-1").of(pod(namespace, "cart", "ReplicaSet", "-"))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"web,Evict", "db,Stay"})
    void drainsOnlyWhatTheSelectorNames(String tier, Verdict expected) {
        AgentPolicy policy = AgentPolicy.from(Tree.root(Map.of("drain", Map.of("podSelector", Map.of("tier", tier)))));
        assertThat(new DrainFilter(policy, "varve", "agent-1").of(pod("shop", "cart", "ReplicaSet", "-"))).isEqualTo(expected);
    }

    private static PodFacts pod(String namespace, String name, String owner, String state) {
        return new PodFacts(
                namespace,
                name,
                "uid",
                Map.of("tier", "web"),
                Optional.of(owner).filter(o -> !o.equals("-")),
                state.equals("mirror"),
                state.equals("finished"),
                state.equals("terminating"));
    }
}
