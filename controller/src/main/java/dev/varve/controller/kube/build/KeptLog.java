package dev.varve.controller.kube.build;

import dev.varve.contract.Names;
import dev.varve.controller.decide.build.ContainerFacts;
import dev.varve.controller.kube.render.Fields;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The end of a failed build's log, in a ConfigMap that goes with its MachineOSBuild: the pod and its node may go earlier. */
final class KeptLog {
    private static final Logger LOG = LoggerFactory.getLogger(KeptLog.class);
    private static final int LINES = 2000;
    /** For each of two containers, in characters; a ConfigMap may have 1 MiB. */
    private static final int MOST = 200 * 1024;

    private final KubernetesClient client;
    private final String namespace;
    private final BuildLogs logs;

    KeptLog(KubernetesClient client, String namespace, BuildLogs logs) {
        this.client = client;
        this.namespace = namespace;
        this.logs = logs;
    }

    /** Keeps what there is. A log that cannot be kept is said so in the controller's own, and holds nothing up. */
    void keep(GenericKubernetesResource build) {
        String podName = Fields.status(build).at("builderReference").at("buildPod").at("name").string("");
        Pod pod = podName.isEmpty() ? null : client.pods().inNamespace(namespace).withName(podName).get();
        if (pod == null) {
            return;
        }
        var data = new LinkedHashMap<String, String>();
        for (String container : new String[] {ContainerFacts.BUILD, ContainerFacts.PUSH}) {
            Optional.of(logs.tail(pod, container, LINES)).filter(log -> !log.isBlank()).or(() -> end(pod, container)).ifPresent(
                    log -> data.put(container + ".log", log.substring(Math.max(0, log.length() - MOST))));
        }
        if (!data.isEmpty()) {
            write(build, pod, data);
        }
    }

    /** The kubelet has put the end of a failed container's log beside its exit code: it is there where the log cannot be read. */
    private Optional<String> end(Pod pod, String container) {
        return pod.getStatus().getContainerStatuses().stream()
                .filter(status -> status.getName().equals(container))
                .flatMap(status -> Stream.ofNullable(status.getState()).map(ContainerState::getTerminated))
                .filter(ended -> ended != null && ended.getMessage() != null && !ended.getMessage().isBlank())
                .map(ended -> logs.masked(pod, ended.getMessage()))
                .findFirst();
    }

    private void write(GenericKubernetesResource build, Pod pod, Map<String, String> data) {
        ConfigMap kept = new ConfigMapBuilder()
                .withNewMetadata()
                .withName(Names.buildLog(Fields.name(pod)))
                .withNamespace(namespace)
                .withLabels(pod.getMetadata().getLabels())
                .withOwnerReferences(Fields.controlledBy(build))
                .endMetadata()
                .withData(data)
                .build();
        var resource = client.configMaps().inNamespace(namespace).resource(kept);
        try {
            if (!Creation.createdNow(resource)) {
                // Of an earlier build of the same inputs.
                resource.delete();
                resource.create();
            }
        } catch (KubernetesClientException failed) {
            LOG.warn("the log of build pod {} cannot be kept: {}", Fields.name(pod), failed.getMessage());
        }
    }
}
