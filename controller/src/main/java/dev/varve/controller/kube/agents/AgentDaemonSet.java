package dev.varve.controller.kube.agents;

import dev.varve.contract.Keys;
import dev.varve.contract.Names;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The agent's pod, as contract.md section 6 draws it: no privilege, no host namespace, no capability, no ServiceAccount
 * token; what it can reach of its node are the system bus, the runtime directory, its own state and, for reading, the
 * kubelet's credential and the host's registry credentials. The agent runs wherever the label {@code V/pool} stands, whatever the node's taints say: it is most
 * needed on a node that has trouble.
 */
final class AgentDaemonSet {
    /** Where the pull secret of what is built is mounted. */
    static final String PULL_SECRET = "/run/secrets/varve-pull";
    /** And that of base images: a node that leaves the pool goes back to one. */
    static final String BASE_PULL_SECRET = "/run/secrets/varve-base-pull";
    static final String APP = "varve-agent";

    private static final String KUBELET_PKI = "/var/lib/kubelet/pki";
    /** Where rpm-ostree's lasting registry credentials are. */
    private static final String HOST_OSTREE = "/etc/ostree";
    private static final String APP_LABEL = "app.kubernetes.io/name";

    private final AgentImage agent;

    AgentDaemonSet(AgentImage agent) {
        this.agent = agent;
    }

    /** The pull secrets of the pool's MachineOSConfig; their absence does not keep the agent from running. */
    record PullSecrets(Optional<String> base, Optional<String> built) {}

    DaemonSet of(String pool, PullSecrets secrets) {
        // Sorted, here and below: the same pod must have the same hash in every process.
        Map<String, String> labels = new TreeMap<>(Map.of(APP_LABEL, APP, Keys.POOL_LABEL, Names.label(pool)));
        return new DaemonSetBuilder()
                .withNewMetadata()
                .withName(Names.agentDaemonSet(pool))
                .withNamespace(agent.namespace())
                .withLabels(labels)
                .endMetadata()
                .withNewSpec()
                .withNewSelector()
                .withMatchLabels(labels)
                .endSelector()
                .withNewUpdateStrategy()
                .withType("RollingUpdate")
                .withNewRollingUpdate()
                // Restarting an agent costs its node nothing, and a new one takes up where the old one was.
                .withNewMaxUnavailable("25%")
                .endRollingUpdate()
                .endUpdateStrategy()
                .withNewTemplate()
                .withNewMetadata()
                .withLabels(labels)
                .endMetadata()
                .withSpec(pod(pool, secrets))
                .endTemplate()
                .endSpec()
                .build();
    }

    private PodSpec pod(String pool, PullSecrets secrets) {
        return new PodSpecBuilder()
                .withNodeSelector(Map.of(Keys.POOL_LABEL, Names.label(pool)))
                .withTolerations(new TolerationBuilder().withOperator("Exists").build())
                .withPriorityClassName("system-node-critical")
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                .withTerminationGracePeriodSeconds(30L)
                .withContainers(container(pool, secrets))
                .withVolumes(volumes(secrets))
                .build();
    }

    private Container container(String pool, PullSecrets secrets) {
        return new ContainerBuilder()
                .withName(APP)
                .withImage(agent.image())
                .withEnv(environment(pool))
                .withNewSecurityContext()
                .withPrivileged(false)
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                // The system bus asks for uid 0, not for a capability.
                .withRunAsUser(0L)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                // An ostree host enforces SELinux as a rule, and a container's usual type may neither talk to the system
                // bus nor write below /run. Where there is no SELinux, this says nothing.
                .withNewSeLinuxOptions()
                .withType("spc_t")
                .endSeLinuxOptions()
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .endSecurityContext()
                .withNewResources()
                .withRequests(new TreeMap<>(Map.of("cpu", new Quantity("10m"), "memory", new Quantity("96Mi"))))
                .withLimits(Map.of("memory", new Quantity("192Mi")))
                .endResources()
                .withTerminationMessagePolicy("FallbackToLogsOnError")
                .withVolumeMounts(mounts(secrets))
                .build();
    }

    private List<EnvVar> environment(String pool) {
        return List.of(
                field("NODE_NAME", "spec.nodeName"),
                field("POD_NAME", "metadata.name"),
                field("POD_NAMESPACE", "metadata.namespace"),
                value("VARVE_POOL", pool),
                value("KUBECONFIG", agent.kubeconfig()),
                value("VARVE_PULL_SECRET", BASE_PULL_SECRET + ":" + PULL_SECRET),
                value("VARVE_HOST_RUN", "/host/run"),
                value("VARVE_HOST_AUTH", "/host" + HOST_OSTREE + "/auth.json"),
                value("VARVE_STATE_DIR", "/var/lib/varve"));
    }

    private List<Volume> volumes(PullSecrets secrets) {
        var volumes = new ArrayList<Volume>();
        volumes.add(host("dbus", "/run/dbus", "Directory"));
        volumes.add(host("run", "/run", "Directory"));
        volumes.add(host("state", "/var/lib/varve", "DirectoryOrCreate"));
        volumes.add(host("kubelet-kubeconfig", agent.kubeconfig(), "File"));
        // Where the kubeconfig has its certificate within, nobody may have made this one; the kubelet would make it so, too.
        volumes.add(host("kubelet-pki", KUBELET_PKI, "DirectoryOrCreate"));
        volumes.add(host("ostree", HOST_OSTREE, "DirectoryOrCreate"));
        volumes.add(new VolumeBuilder().withName("tmp").withNewEmptyDir().withMedium("Memory").endEmptyDir().build());
        secrets.base().ifPresent(secret -> volumes.add(secret("base-pull-secret", secret)));
        secrets.built().ifPresent(secret -> volumes.add(secret("pull-secret", secret)));
        return volumes;
    }

    private List<VolumeMount> mounts(PullSecrets secrets) {
        var mounts = new ArrayList<VolumeMount>();
        mounts.add(mount("dbus", "/run/dbus", false));
        // What the host unmounts below /run, the roots of its containers above all, must not stay mounted here.
        mounts.add(new VolumeMountBuilder(mount("run", "/host/run", false)).withMountPropagation("HostToContainer").build());
        mounts.add(mount("state", "/var/lib/varve", false));
        mounts.add(mount("kubelet-kubeconfig", agent.kubeconfig(), true));
        mounts.add(mount("kubelet-pki", KUBELET_PKI, true));
        mounts.add(mount("ostree", "/host" + HOST_OSTREE, true));
        mounts.add(mount("tmp", "/tmp", false));
        secrets.base().ifPresent(secret -> mounts.add(mount("base-pull-secret", BASE_PULL_SECRET, true)));
        secrets.built().ifPresent(secret -> mounts.add(mount("pull-secret", PULL_SECRET, true)));
        return mounts;
    }

    private static EnvVar field(String name, String path) {
        return new EnvVarBuilder()
                .withName(name)
                .withNewValueFrom()
                .withNewFieldRef()
                .withFieldPath(path)
                .endFieldRef()
                .endValueFrom()
                .build();
    }

    private static EnvVar value(String name, String value) {
        return new EnvVarBuilder().withName(name).withValue(value).build();
    }

    private static Volume host(String name, String path, String type) {
        return new VolumeBuilder()
                .withName(name)
                .withNewHostPath()
                .withPath(path)
                .withType(type)
                .endHostPath()
                .build();
    }

    private static Volume secret(String name, String secret) {
        return new VolumeBuilder()
                .withName(name)
                .withNewSecret()
                .withSecretName(secret)
                .withOptional(true)
                .endSecret()
                .build();
    }

    private static VolumeMount mount(String name, String path, boolean readOnly) {
        return new VolumeMountBuilder().withName(name).withMountPath(path).withReadOnly(readOnly).build();
    }
}
