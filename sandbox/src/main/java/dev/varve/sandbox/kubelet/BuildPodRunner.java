package dev.varve.sandbox.kubelet;

import dev.varve.sandbox.builder.BuildException;
import dev.varve.sandbox.builder.BuiltImage;
import dev.varve.sandbox.builder.ImageBuilder;
import dev.varve.sandbox.kubelet.Transcript.InterruptedBuild;
import dev.varve.sandbox.registry.RegistryAliases;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Runs build pods, those with containers {@code image-build} and {@code image-push}, on the simulated builder. Each container
 * gets what the pod mounts for it and no more: pull credentials to build, push credentials to push. The digest is the
 * termination message of {@code image-push}. Unlike on a cluster, a missing Secret ends the build instead of holding it.
 */
public final class BuildPodRunner implements PodRunner {
    // As many lines as a short build writes: the pace only has to look right.
    private static final int USUAL_LINES = 12;
    /** Exit code of image-push where image-build has left nothing to push; the build script's. */
    private static final int NOTHING_TO_PUSH = 64;

    private final KubernetesClient client;
    private final ImageBuilder builder;
    private final Duration pace;
    private final Map<String, Thread> builds = new ConcurrentHashMap<>();

    /**
     * @param client reads the Secrets that pods mount
     * @param aliases where the registries of the pullspecs are
     * @param buildTime about how long a build with its push takes
     */
    public BuildPodRunner(KubernetesClient client, RegistryAliases aliases, Duration buildTime) {
        this.client = client;
        this.builder = new ImageBuilder(aliases, InstantSource.system());
        this.pace = buildTime.dividedBy(USUAL_LINES);
    }

    @Override
    public boolean handles(Pod pod) {
        return BuildPodInputs.isBuildPod(pod);
    }

    @Override
    public void started(Pod pod, StatusSink sink) {
        String uid = pod.getMetadata().getUid();
        Thread thread = Thread.ofVirtual().name("build-" + pod.getMetadata().getName()).unstarted(() -> {
            try {
                run(new BuildPodInputs(client, pod), sink);
            } catch (InterruptedBuild stopped) {
                return;
            } finally {
                builds.remove(uid);
            }
        });
        builds.put(uid, thread);
        thread.start();
    }

    @Override
    public void stopped(Pod pod) {
        Optional.ofNullable(builds.remove(pod.getMetadata().getUid())).ifPresent(Thread::interrupt);
    }

    private void run(BuildPodInputs inputs, StatusSink sink) {
        Optional<BuiltImage> image = build(inputs, sink);
        var log = new Transcript(line -> sink.log(BuildPodInputs.PUSH, line), pace);
        if (image.isEmpty()) {
            log.accept("image-build failed, there is nothing to push");
            sink.exited(BuildPodInputs.PUSH, NOTHING_TO_PUSH, log.tail());
            return;
        }
        try {
            var digest = builder.push(image.get(), inputs.target(), inputs.auth(BuildPodInputs.PUSH), log);
            sink.exited(BuildPodInputs.PUSH, 0, digest.value());
        } catch (BuildException failed) {
            log.accept(String.valueOf(failed.getMessage()));
            sink.exited(BuildPodInputs.PUSH, failed.exitCode(), log.tail());
        } catch (InterruptedBuild stopped) {
            throw stopped;
        } catch (RuntimeException broken) {
            log.accept("Error: " + broken.getMessage());
            sink.exited(BuildPodInputs.PUSH, BuildException.OWN_FAILURE, log.tail());
        }
    }

    private Optional<BuiltImage> build(BuildPodInputs inputs, StatusSink sink) {
        var log = new Transcript(line -> sink.log(BuildPodInputs.BUILD, line), pace);
        try {
            BuiltImage image = builder.build(inputs.context(), inputs.labels(), inputs.auth(BuildPodInputs.BUILD), log);
            sink.exited(BuildPodInputs.BUILD, 0, "");
            return Optional.of(image);
        } catch (BuildException failed) {
            log.accept(String.valueOf(failed.getMessage()));
            sink.exited(BuildPodInputs.BUILD, failed.exitCode(), log.tail());
        } catch (InterruptedBuild stopped) {
            throw stopped;
        } catch (RuntimeException broken) {
            log.accept("Error: " + broken.getMessage());
            sink.exited(BuildPodInputs.BUILD, BuildException.OWN_FAILURE, log.tail());
        }
        return Optional.empty();
    }
}
