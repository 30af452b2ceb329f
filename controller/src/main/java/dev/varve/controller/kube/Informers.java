package dev.varve.controller.kube;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The watches, and what they have seen. They start while the API server is away and catch up when it comes; what changes
 * wakes the pools that it concerns. Nothing here is decided, and nothing is lost: a change that wakes nobody is found by the
 * next resync.
 */
public final class Informers implements ClusterView, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Informers.class);

    private final KubernetesClient client;
    private final Consumer<String> wake;
    private final PoolKeys keys = new PoolKeys(this);
    private final Map<String, SharedIndexInformer<?>> all = new TreeMap<>();

    private final SharedIndexInformer<GenericKubernetesResource> machineConfigs;
    private final SharedIndexInformer<GenericKubernetesResource> pools;
    private final SharedIndexInformer<GenericKubernetesResource> machineOSConfigs;
    private final SharedIndexInformer<GenericKubernetesResource> machineOSBuilds;
    private final SharedIndexInformer<GenericKubernetesResource> policies;
    private final SharedIndexInformer<Node> nodes;
    private final SharedIndexInformer<Pod> pods;
    private final SharedIndexInformer<DaemonSet> daemonSets;
    private final SharedIndexInformer<PodDisruptionBudget> budgets;

    /**
     * @param namespace where build pods and agents live
     * @param wake gets the name of each pool that a change concerns; from the informers' threads, so it must be quick
     * @param builds gets each MachineOSBuild as it was and as it is
     */
    public Informers(KubernetesClient client, String namespace, Consumer<String> wake, BuildWatcher builds) {
        this.client = client;
        this.wake = wake;
        machineConfigs = custom(Kinds.MACHINE_CONFIG);
        pools = custom(Kinds.MACHINE_CONFIG_POOL);
        machineOSConfigs = custom(Kinds.MACHINE_OS_CONFIG);
        machineOSBuilds = custom(Kinds.MACHINE_OS_BUILD);
        policies = custom(Kinds.ROLLOUT_POLICY);
        nodes = add("nodes", client.nodes().runnableInformer(0).itemStore(new SlimStore<>(SlimNode::of)));
        pods = add("pods", client.pods().inNamespace(namespace).runnableInformer(0).itemStore(new SlimStore<>(Informers::slim)));
        daemonSets = add("daemonsets", client.apps().daemonSets().inNamespace(namespace).runnableInformer(0));
        budgets = add("poddisruptionbudgets", client.policy().v1().podDisruptionBudget().inAnyNamespace().runnableInformer(0));
        listen(builds);
    }

    private void listen(BuildWatcher builds) {
        on(machineConfigs, object -> keys.layered(), Informers::hasNewSpec);
        on(pools, object -> Set.of(Parts.name(object)), Informers::hasNewSpec);
        on(machineOSConfigs, keys::ofMachineOSConfig, (before, now) -> true);
        on(machineOSBuilds, keys::ofMachineOSBuild, (before, now) -> true);
        on(policies, object -> Set.of(Parts.name(object)), Informers::hasNewSpec);
        on(nodes, keys::ofNode, NodeNews::isNews);
        on(pods, keys::ofLabelled, (before, now) -> true);
        on(daemonSets, keys::ofLabelled, Informers::hasNewSpec);
        machineOSBuilds.addEventHandler(new Wake<>((before, now) -> before.ifPresent(
                old -> now.ifPresent(build -> keys.ofMachineOSBuild(build).forEach(pool -> builds.changed(pool, old, build))))));
    }

    /** Returns at once; see {@link #missing}. */
    public void start() {
        all.values().forEach(SharedIndexInformer::start);
    }

    /** Resources that have not been read yet; empty where all have been. */
    public List<String> missing() {
        return all.entrySet().stream().filter(entry -> !entry.getValue().hasSynced()).map(Map.Entry::getKey).toList();
    }

    /** Names of all pools that there are or that something refers to. */
    public Set<String> poolNames() {
        Set<String> names = machineConfigPools().stream().map(Parts::name).collect(Collectors.toSet());
        names.addAll(keys.layered());
        nodes().forEach(node -> names.addAll(keys.ofNode(node)));
        return names;
    }

    @Override
    public void close() {
        all.values().forEach(SharedIndexInformer::stop);
    }

    @Override
    public List<GenericKubernetesResource> machineConfigs() {
        return machineConfigs.getStore().list();
    }

    @Override
    public List<GenericKubernetesResource> machineConfigPools() {
        return pools.getStore().list();
    }

    @Override
    public List<GenericKubernetesResource> machineOSConfigs() {
        return machineOSConfigs.getStore().list();
    }

    @Override
    public List<GenericKubernetesResource> machineOSBuilds() {
        return machineOSBuilds.getStore().list();
    }

    @Override
    public Optional<GenericKubernetesResource> rolloutPolicy(String pool) {
        return Optional.ofNullable(policies.getStore().getByKey(pool));
    }

    @Override
    public List<Node> nodes() {
        return nodes.getStore().list();
    }

    @Override
    public List<Pod> ownPods() {
        return pods.getStore().list();
    }

    @Override
    public List<DaemonSet> ownDaemonSets() {
        return daemonSets.getStore().list();
    }

    @Override
    public List<PodDisruptionBudget> disruptionBudgets() {
        return budgets.getStore().list();
    }

    private SharedIndexInformer<GenericKubernetesResource> custom(ResourceDefinitionContext kind) {
        return add(kind.getPlural(), client.genericKubernetesResources(kind).runnableInformer(0));
    }

    private <T extends HasMetadata> SharedIndexInformer<T> add(String name, SharedIndexInformer<T> informer) {
        // A watch that cannot be had, even for the first time, is tried again for as long as this process lives.
        informer.exceptionHandler((started, failed) -> {
            LOG.warn("watch of {} is tried again: {}", name, failed.getMessage());
            return true;
        });
        all.put(name, informer);
        return informer;
    }

    private <T extends HasMetadata> void on(
            SharedIndexInformer<T> informer, Function<T, Set<String>> pools, BiPredicate<T, T> isNews) {
        informer.addEventHandler(new Wake<>((before, now) -> {
            if (before.isPresent() && now.isPresent() && !isNews.test(before.get(), now.get())) {
                return;
            }
            before.map(pools).orElseGet(Set::of).forEach(wake);
            now.map(pools).orElseGet(Set::of).forEach(wake);
        }));
    }

    /** Status alone is ours to write, and our own writes must not wake us. */
    private static boolean hasNewSpec(HasMetadata before, HasMetadata now) {
        return !java.util.Objects.equals(before.getMetadata().getGeneration(), now.getMetadata().getGeneration())
                || !Parts.labels(before).equals(Parts.labels(now))
                || !Parts.annotations(before).equals(Parts.annotations(now))
                || before.getMetadata().getDeletionTimestamp() == null && now.getMetadata().getDeletionTimestamp() != null;
    }

    private static Pod slim(Pod pod) {
        pod.getMetadata().setManagedFields(new ArrayList<>());
        return pod;
    }
}
