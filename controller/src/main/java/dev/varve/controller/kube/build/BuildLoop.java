package dev.varve.controller.kube.build;

import dev.varve.controller.decide.build.BuildFacts;
import dev.varve.controller.decide.build.BuildPolicy;
import dev.varve.controller.decide.build.BuildStep;
import dev.varve.controller.decide.build.ConfigStatus;
import dev.varve.controller.kube.ClusterView;
import dev.varve.controller.kube.Events;
import dev.varve.controller.kube.render.Fields;
import dev.varve.controller.loop.PoolLoop;
import dev.varve.controller.registry.DockerConfig;
import dev.varve.controller.registry.Registry;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * MachineOSConfig of a pool to a finished image. The pool need not exist: that is one of the things its MachineOSConfig is
 * told.
 */
public final class BuildLoop implements PoolLoop {
    /** When the view was behind: it catches up by itself, this is for when nothing else wakes us. */
    private static final Duration CATCH_UP = Duration.ofSeconds(1);
    private static final int LOG_LINES = 20;

    private final ClusterView view;
    private final BuildLogs logs;
    private final Secrets secrets;
    private final Images images;
    private final BuildPolicy policy;
    private final BuildObserver observer;
    private final BuildActor actor;

    /** @param namespace of build pods, their contexts, and the secrets that MachineOSConfigs name */
    public BuildLoop(
            KubernetesClient client, ClusterView view, String namespace, Registry registry, BuilderSettings settings, Events events) {
        this.view = view;
        secrets = new Secrets(client, namespace);
        logs = new BuildLogs(client, namespace);
        images = new Images(registry);
        policy = new BuildPolicy(settings.architecture());
        observer = new BuildObserver(view, secrets, images, namespace, settings.architecture(), this::words);
        actor = new BuildActor(client, namespace, settings, logs, events);
    }

    @Override
    public String name() {
        return "build";
    }

    @Override
    public Result turn(String pool, Instant now, List<Finding> earlier) {
        List<GenericKubernetesResource> configs = Fields.machineOSConfigs(view, pool);
        Optional<String> first = configs.stream().findFirst().map(Fields::name);
        Result result = Result.NOTHING;
        for (GenericKubernetesResource config : configs) {
            boolean counts = config == configs.getFirst();
            Result own = turn(config, counts ? Optional.empty() : first, now);
            result = counts ? own : result;
        }
        return result;
    }

    private Result turn(GenericKubernetesResource config, Optional<String> rival, Instant now) {
        BuildFacts seen = observer.observe(config, rival, now);
        BuildFacts facts = policy.imageToCheck(seen).map(image -> seen.with(images.ask(image, pushLogin(seen, now)))).orElse(seen);
        var turn = new Turn(config, facts, now);
        Optional<Duration> again = Optional.empty();
        var findings = new ArrayList<Finding>();
        for (BuildStep step : policy.decide(facts, now)) {
            if (!actor.act(turn, step)) {
                return new Result(Optional.of(CATCH_UP), List.of());
            }
            if (step instanceof BuildStep.Again(Duration after)) {
                again = Optional.of(after);
            } else if (step instanceof BuildStep.Report(ConfigStatus status)) {
                findings.add(finding(turn, status));
            }
        }
        return new Result(again, findings);
    }

    private DockerConfig pushLogin(BuildFacts facts, Instant now) {
        return secrets.login(facts.config().pushSecret(), now);
    }

    /** The pool's ImageBuildDegraded, in the reference's words (reference-behaviour.md 2.5, 2.8, 4.4). */
    private static Finding finding(Turn turn, ConfigStatus status) {
        String image = "Failed to build OS image for pool " + turn.pool();
        String message = switch (status.phase()) {
            case Failed -> image + " (MachineOSBuild: " + status.build().orElse("") + "): Failed: " + status.message();
            case Invalid -> image + ": MachineOSConfig " + Fields.name(turn.config()) + " is not valid: "
                    + String.join("; ", status.problems());
            case Succeeded -> "Build succeeded for pool " + turn.pool();
            case Building -> "New build started";
            case Waiting -> status.message();
        };
        boolean bad = status.phase() == ConfigStatus.Phase.Failed || status.phase() == ConfigStatus.Phase.Invalid;
        return new Finding("ImageBuildDegraded", bad, status.reason(), message);
    }

    private String words(Pod pod, String container, String message) {
        String log = logs.tail(pod, container, LOG_LINES);
        return log.isBlank() ? logs.masked(pod, message) : log;
    }
}
