package dev.varve.agent.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.agent.decide.DrainFilter.Verdict;
import dev.varve.contract.AgentPolicy;
import dev.varve.contract.Tree;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DrainFilterTest {

    /** Every kind of pod in every state that changes something. */
    @ParameterizedTest(name = "{0}/{1} {2} {3} -> {4}")
    @CsvSource({
        // Made again elsewhere.
        "shop,  cart,    ReplicaSet,            -,           Evict",
        "shop,  db-0,    StatefulSet,           -,           Evict",
        "shop,  once,    Job,                   -,           Evict",
        "shop,  old,     ReplicationController, -,           Evict",
        "shop,  vm,      VirtualMachineInstance, -,          Evict",
        // Comes back here at once.
        "shop,  logs,    DaemonSet,             -,           Stay",
        "shop,  logs,    DaemonSet,             terminating, Stay",
        "shop,  logs,    DaemonSet,             finished,    Stay",
        // The kubelet's own: a mirror pod's owner is its Node.
        "shop,  etcd,    -,                     mirror,      Stay",
        "shop,  etcd,    Node,                  mirror,      Stay",
        // Nothing runs any more.
        "shop,  once,    Job,                   finished,    Stay",
        "shop,  naked,   -,                     finished,    Stay",
        // On its way already.
        "shop,  cart,    ReplicaSet,            terminating, AwaitEnd",
        "shop,  naked,   -,                     terminating, AwaitEnd",
        // Nobody makes it again.
        "shop,  naked,   -,                     -,           Blocks",
        // Our own, by name and namespace.
        "varve, agent-1, -,                     -,           Stay",
        "varve, agent-1, DaemonSet,             terminating, Stay",
        "shop,  agent-1, ReplicaSet,            -,           Evict",
        "varve, other,   ReplicaSet,            -,           Evict",
        "varve, other,   -,                     -,           Blocks",
    })
    void decidesByKindAndState(String namespace, String name, String owner, String state, Verdict expected) {
        assertThat(new DrainFilter(AgentPolicy.DEFAULT, "varve", "agent-1").of(pod(namespace, name, owner, state)))
                .isEqualTo(expected);
    }

    @ParameterizedTest(name = "skipped: {0} {1}")
    @CsvSource({"-,-", "ReplicaSet,-", "ReplicaSet,terminating"})
    void whatThePolicyLeavesAloneIsNotWaitedForEither(String owner, String state) {
        AgentPolicy policy = AgentPolicy.from(Tree.root(Map.of("drain", Map.of("skipNamespaces", List.of("quiet")))));
        assertThat(new DrainFilter(policy, "varve", "agent-1").of(pod("quiet", "cart", owner, state))).isEqualTo(Verdict.Stay);
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

    @ParameterizedTest
    @CsvSource({"-,-,Evict", "-,terminating,AwaitEnd", "-,mirror,Stay", "DaemonSet,-,Stay"})
    void evictsWhatNobodyWouldMakeAgainWhereThePolicySaysSo(String owner, String state, Verdict expected) {
        AgentPolicy policy = AgentPolicy.from(Tree.root(Map.of("drain", Map.of("unmanagedPods", "Evict"))));
        assertThat(new DrainFilter(policy, "varve", "agent-1").of(pod("shop", "naked", owner, state))).isEqualTo(expected);
    }

    private static PodFacts pod(String namespace, String name, String owner, String state) {
        return new PodFacts(
                namespace,
                name,
                "uid",
                Map.of("tier", "web"),
                Optional.of(owner).filter(o -> !o.equals("-")).map(kind -> new PodFacts.Controller(kind, "uid-owner")),
                state.equals("mirror"),
                state.equals("finished"),
                state.equals("terminating") ? Optional.of(new PodFacts.Leaving(Instant.EPOCH, List.of())) : Optional.empty());
    }
}
