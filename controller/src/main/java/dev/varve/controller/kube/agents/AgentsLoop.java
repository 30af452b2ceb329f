package dev.varve.controller.kube.agents;

import dev.varve.contract.Keys;
import dev.varve.contract.Names;
import dev.varve.controller.kube.ClusterView;
import dev.varve.controller.kube.KubeException;
import dev.varve.controller.kube.Parts;
import dev.varve.controller.kube.rollout.PoolReader;
import dev.varve.controller.loop.PoolLoop;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Keeps the DaemonSet of each layered pool: there while the pool has a MachineOSConfig, and after that until the last node
 * has gone back to the image it came with.
 */
public final class AgentsLoop implements PoolLoop {
    /** Of what we asked for: defaults that the API server adds do not look like a change. */
    private static final String HASH = Keys.OWN_GROUP + "/template-hash";
    private static final int CONFLICT = 409;

    private final ClusterView cluster;
    private final PoolReader pools;
    private final KubernetesClient client;
    private final AgentImage agent;
    private final BooleanSupplier mayAct;

    public AgentsLoop(
            ClusterView cluster,
            PoolReader pools,
            KubernetesClient client,
            AgentImage agent,
            BooleanSupplier mayAct) {
        this.cluster = cluster;
        this.pools = pools;
        this.client = client;
        this.agent = agent;
        this.mayAct = mayAct;
    }

    @Override
    public String name() {
        return "agents";
    }

    @Override
    public Result turn(String pool, Instant now, List<Finding> earlier) {
        Optional<DaemonSet> present = cluster.ownDaemonSets().stream()
                .filter(set -> Parts.name(set).equals(Names.agentDaemonSet(pool)))
                .findFirst();
        Optional<GenericKubernetesResource> config = pools.machineOSConfig(pool);
        if (config.isPresent()) {
            DaemonSet wanted = wanted(pool, config.get());
            if (present.filter(set -> hash(set).equals(hash(wanted))).isEmpty()) {
                apply(wanted, present);
            }
        } else if (present.isPresent() && nobodyHasToLeave(pool)) {
            remove(present.get());
        }
        return Result.NOTHING;
    }

    private DaemonSet wanted(String pool, GenericKubernetesResource config) {
        var secrets = new AgentDaemonSet.PullSecrets(
                Parts.spec(config).at("buildInputs").at("baseImagePullSecret").at("name").text(),
                Parts.spec(config).at("buildOutputs").at("currentImagePullSecret").at("name").text());
        DaemonSet wanted = new AgentDaemonSet(agent).of(pool, secrets);
        String text = client.getKubernetesSerialization().asJson(wanted.getSpec());
        String hash = Names.sha256(text.getBytes(StandardCharsets.UTF_8)).substring(0, 16);
        wanted.getMetadata().setAnnotations(Map.of(HASH, hash));
        return wanted;
    }

    private void apply(DaemonSet wanted, Optional<DaemonSet> present) {
        String name = Parts.name(wanted);
        guard(name);
        var sets = client.apps().daemonSets().inNamespace(agent.namespace());
        try {
            if (present.isEmpty()) {
                sets.resource(wanted).create();
            } else {
                wanted.getMetadata().setResourceVersion(present.get().getMetadata().getResourceVersion());
                sets.resource(wanted).update();
            }
        } catch (KubernetesClientException failed) {
            // Our own cache is behind: the next turn sees what is there.
            if (failed.getCode() != CONFLICT) {
                throw new KubeException("write of DaemonSet " + name, failed);
            }
        }
    }

    private void remove(DaemonSet set) {
        guard(Parts.name(set));
        try {
            client.apps().daemonSets().inNamespace(agent.namespace()).withName(Parts.name(set)).delete();
        } catch (KubernetesClientException failed) {
            throw new KubeException("delete of DaemonSet " + Parts.name(set), failed);
        }
    }

    private void guard(String name) {
        if (!mayAct.getAsBoolean()) {
            throw new KubeException("DaemonSet " + name + " left to the next leader");
        }
    }

    private boolean nobodyHasToLeave(String pool) {
        String label = Names.label(pool);
        return cluster.nodes().stream().noneMatch(node -> label.equals(Parts.labels(node).get(Keys.POOL_LABEL)));
    }

    private static String hash(DaemonSet set) {
        return Parts.annotations(set).getOrDefault(HASH, "");
    }
}
