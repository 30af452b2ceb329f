package dev.varve.controller.kube.agents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.contract.Keys;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AgentDaemonSetTest {
    private final DaemonSet set = new AgentDaemonSet(new AgentImage("agent:1", "ns", "/var/lib/kubelet/kubeconfig"))
            .of("layered", new AgentDaemonSet.PullSecrets(Optional.of("base"), Optional.of("pull")));
    private final PodSpec pod = set.getSpec().getTemplate().getSpec();
    private final Container container = pod.getContainers().getFirst();

    @Test
    void runsWhereTheLabelStandsWhateverTheTaints() {
        assertThat(set.getMetadata().getName()).isEqualTo("varve-agent-layered");
        assertThat(pod.getNodeSelector()).isEqualTo(Map.of(Keys.POOL_LABEL, "layered"));
        assertThat(pod.getTolerations()).singleElement().satisfies(toleration -> {
            assertThat(toleration.getOperator()).isEqualTo("Exists");
            assertThat(toleration.getKey()).isNull();
            assertThat(toleration.getEffect()).isNull();
        });
    }

    @Test
    void hasNoRightsButItsMounts() {
        var security = container.getSecurityContext();
        assertThat(security.getPrivileged()).isFalse();
        assertThat(security.getAllowPrivilegeEscalation()).isFalse();
        assertThat(security.getReadOnlyRootFilesystem()).isTrue();
        assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(security.getCapabilities().getAdd()).isNullOrEmpty();
        assertThat(pod.getHostNetwork()).isNull();
        assertThat(pod.getHostPID()).isNull();
        assertThat(pod.getHostIPC()).isNull();
        assertThat(pod.getAutomountServiceAccountToken()).isFalse();
        assertThat(container.getVolumeMounts())
                .filteredOn(mount -> mount.getName().startsWith("kubelet") || mount.getName().endsWith("pull-secret"))
                .hasSize(4)
                .allMatch(VolumeMount::getReadOnly);
    }

    @Test
    void reachesOnlyWhatTheContractNames() {
        assertThat(pod.getVolumes())
                .filteredOn(volume -> volume.getHostPath() != null)
                .extracting(volume -> volume.getHostPath().getPath())
                .containsExactlyInAnyOrder(
                        "/run/dbus", "/run", "/var/lib/varve", "/var/lib/kubelet/kubeconfig", "/var/lib/kubelet/pki", "/etc/ostree");
        assertThat(container.getVolumeMounts()).anySatisfy(mount -> {
            assertThat(mount.getName()).isEqualTo("run");
            assertThat(mount.getMountPath()).isEqualTo("/host/run");
            assertThat(mount.getMountPropagation()).isEqualTo("HostToContainer");
        });
    }

    @Test
    void hasTheSecretOfTheBaseToWhichANodeThatLeavesGoesBack() {
        assertThat(pod.getVolumes()).filteredOn(volume -> volume.getSecret() != null)
                .allMatch(volume -> volume.getSecret().getOptional())
                .extracting(volume -> volume.getSecret().getSecretName())
                .containsExactly("base", "pull");
        assertThat(container.getEnv()).filteredOn(variable -> variable.getName().equals("VARVE_PULL_SECRET"))
                .extracting(variable -> variable.getValue())
                .containsExactly("/run/secrets/varve-base-pull:/run/secrets/varve-pull");
    }

    @Test
    void startsWhereTheKubeletKeepsItsCertificateElsewhere() {
        assertThat(pod.getVolumes())
                .filteredOn(volume -> volume.getName().equals("kubelet-pki"))
                .extracting(volume -> volume.getHostPath().getType())
                .containsExactly("DirectoryOrCreate");
    }

    @Test
    void aPoolWithoutAPullSecretHasAnAgentToo() {
        DaemonSet without = new AgentDaemonSet(new AgentImage("agent:1", "ns", "/k")).of("layered", new AgentDaemonSet.PullSecrets(Optional.empty(), Optional.empty()));

        assertThat(without.getSpec().getTemplate().getSpec().getVolumes()).noneMatch(v -> v.getSecret() != null);
    }
}
