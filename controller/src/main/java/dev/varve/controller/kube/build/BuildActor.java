package dev.varve.controller.kube.build;

import dev.varve.contract.Keys;
import dev.varve.contract.Names;
import dev.varve.contract.Pullspec;
import dev.varve.controller.decide.build.BuildState;
import dev.varve.controller.decide.build.BuildStep;
import dev.varve.controller.decide.build.Condition;
import dev.varve.controller.kube.Events;
import dev.varve.controller.kube.Kinds;
import dev.varve.controller.kube.render.Fields;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out steps. What they rest on may be a moment old, so each looks at the live object where that matters. */
final class BuildActor {
    private static final Logger LOG = LoggerFactory.getLogger(BuildActor.class);

    private final KubernetesClient client;
    private final String namespace;
    private final Events events;
    private final StatusWrites status;
    private final KeptLog kept;
    private final AttemptStart attempts;

    BuildActor(KubernetesClient client, String namespace, BuilderSettings settings, BuildLogs logs, Events events) {
        this.client = client;
        this.namespace = namespace;
        this.events = events;
        status = new StatusWrites(client, namespace);
        kept = new KeptLog(client, namespace, logs);
        attempts = new AttemptStart(client, namespace, settings, status);
    }

    /** @return false where the facts turned out to be out of date: the rest of the steps must not be done */
    boolean act(Turn turn, BuildStep step) {
        switch (step) {
            case BuildStep.ConsumeRebuild(int rebuilds) -> {
                status.consumeRebuild(turn.config(), rebuilds);
                LOG.info("MachineOSConfig {}: rebuild {} was asked for", Fields.name(turn.config()), rebuilds);
            }
            case BuildStep.CreateBuild create -> {
                return create(turn, create);
            }
            case BuildStep.DeleteBuild(String build) -> delete(build);
            case BuildStep.SetCurrent(String build) -> status.current(turn.config(), build);
            case BuildStep.StartAttempt start -> attempts.start(turn, start);
            case BuildStep.Progress(String build, BuildState state) -> move(turn, build, state, "", Optional.empty());
            case BuildStep.Succeed(String build, var image) -> move(turn, build, BuildState.Succeeded, "", Optional.of(image.toString()));
            case BuildStep.Reuse(String build, Pullspec image) -> status.reuse(build, image, turn.now()).ifPresent(reused -> {
                LOG.info("MachineOSBuild {}: Succeeded without a pod, the registry had {}", build, image);
                events.normal(reused, "ImageReused", Condition.reused(image).message());
            });
            case BuildStep.Fail(String build, String message) -> {
                // Before the build is failed: afterwards nothing would make up for a log that was missed.
                status.live(Kinds.MACHINE_OS_BUILD, build).filter(found -> !StatusWrites.state(found).terminal()).ifPresent(kept::keep);
                move(turn, build, BuildState.Failed, message, Optional.empty());
            }
            case BuildStep.Interrupt(String build) -> move(turn, build, BuildState.Interrupted, "", Optional.empty());
            case BuildStep.DeletePod(String pod, String uid) -> deletePod(pod, uid);
            case BuildStep.DeleteContext(String build) -> deleteContext(build);
            case BuildStep.Report(var report) -> status.config(turn.config(), report, turn.now());
            case BuildStep.Again _ -> { }
        }
        return true;
    }

    private boolean create(Turn turn, BuildStep.CreateBuild step) {
        String rendered = status.live(Kinds.MACHINE_CONFIG_POOL, turn.pool())
                .map(pool -> Fields.spec(pool).at("configuration").at("name").string(""))
                .orElse("");
        if (!rendered.equals(step.inputs().rendered())) {
            return false;
        }
        GenericKubernetesResource build =
                BuildObjects.machineOSBuild(turn.config(), turn.pool(), step.build(), step.inputs(), step.secretVersions());
        if (Creation.createdNow(client.genericKubernetesResources(Kinds.MACHINE_OS_BUILD).resource(build))) {
            LOG.info("MachineOSBuild {} is made for MachineOSConfig {}", step.build(), Fields.name(turn.config()));
        }
        status.initial(step.build(), turn.now());
        return true;
    }

    private void move(Turn turn, String build, BuildState state, String failure, Optional<String> image) {
        if (status.move(build, state, failure, image, turn.now())) {
            LOG.info("MachineOSBuild {}: {}{}{}", build, state, image.map(i -> " " + i).orElse(""), failure.isEmpty() ? "" : ": " + failure);
        }
    }

    private void delete(String build) {
        status.live(Kinds.MACHINE_OS_BUILD, build)
                .filter(found -> StatusWrites.state(found).terminal() && !Fields.deleting(found))
                .ifPresent(found -> client.genericKubernetesResources(Kinds.MACHINE_OS_BUILD)
                        .resource(found)
                        .lockResourceVersion(found.getMetadata().getResourceVersion())
                        .delete());
    }

    private void deletePod(String name, String uid) {
        Pod pod = client.pods().inNamespace(namespace).withName(name).get();
        if (pod != null && pod.getMetadata().getUid().equals(uid) && !Fields.deleting(pod)) {
            client.pods().inNamespace(namespace).resource(pod).lockResourceVersion(pod.getMetadata().getResourceVersion()).delete();
            LOG.info("build pod {} is deleted", name);
        }
    }

    private void deleteContext(String build) {
        status.live(Kinds.MACHINE_OS_BUILD, build).ifPresent(found -> {
            String rendered = Fields.spec(found).at("desiredConfig").at("name").string("");
            String hash = Fields.annotations(found).getOrDefault(Keys.BUILD_INPUTS, "");
            client.secrets().inNamespace(namespace).withName(Names.buildContext(rendered, hash)).delete();
        });
    }
}
