package dev.varve.bench.builds;

import dev.varve.bench.BenchException;
import dev.varve.bench.Figure;
import dev.varve.bench.Machine;
import dev.varve.bench.Result;
import dev.varve.contract.Keys;
import dev.varve.sandbox.Sandbox;
import dev.varve.sandbox.SandboxOptions;
import dev.varve.sandbox.quickstart.Guide;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The table of what Varve adds to a build: from the user's edit to the pod, and from the end of the push to Succeeded. */
public final class BuildOverhead {
    private static final double SECONDS_IN_ALL = 1;
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final int runs;
    private final Consumer<String> tell;

    private record Run(double toPod, double toSucceeded) {
        double inAll() {
            return toPod + toSucceeded;
        }
    }

    /** @param tell what is being done now */
    public BuildOverhead(int runs, Consumer<String> tell) {
        this.runs = runs;
        this.tell = tell;
    }

    /** @throws BenchException where a build does not come to its end */
    public Result measure() {
        try (var sandbox = Sandbox.start(SandboxOptions.quick(1)); var moments = new Moments(sandbox.client())) {
            KubernetesClient client = sandbox.client();
            Guide.apply(client, Guide.credentials());
            Guide.apply(client, Guide.objects(client, "pool.yaml"));
            build(client, "first");
            String before = built(client, "");
            var all = new ArrayList<Run>();
            for (int number = 1; number <= runs; number++) {
                tell.accept("run " + number + " of " + runs);
                long asked = build(client, "run " + number);
                before = built(client, before);
                all.add(run(client, moments, asked));
            }
            return result(all);
        }
    }

    /** @return when it was asked for */
    private static long build(KubernetesClient client, String name) {
        GenericKubernetesResource config = Guide.machineOSConfig("# " + name + "\nFROM configs AS final\nRUN ostree container commit\n");
        long asked = System.nanoTime();
        Guide.apply(client, List.of(config));
        return asked;
    }

    /** @return the image that is current then */
    private static String built(KubernetesClient client, String before) {
        GenericKubernetesResource config = client.genericKubernetesResources(Guide.CONFIGS).withName(Guide.POOL).waitUntilCondition(
                now -> now != null && now.get("status", "currentImagePullspec") instanceof String image && !image.equals(before),
                LONGEST.toMillis(), TimeUnit.MILLISECONDS);
        return config.get("status", "currentImagePullspec");
    }

    private static Run run(KubernetesClient client, Moments moments, long asked) {
        GenericKubernetesResource config = client.genericKubernetesResources(Guide.CONFIGS).withName(Guide.POOL).get();
        @Nullable String build = config.getMetadata().getAnnotations().get(Keys.CURRENT_MACHINE_OS_BUILD);
        if (build == null) {
            throw new BenchException("the MachineOSConfig names no build of its image");
        }
        String pod = client.genericKubernetesResources(Guide.BUILDS).withName(build).get().get("status", "builderReference", "buildPod", "name");
        return new Run(
                seconds(moments.created(pod) - asked),
                seconds(moments.succeeded(build) - moments.pushed(pod)));
    }

    private Result result(List<Run> all) {
        return new Result(
                "What Varve adds to a build, the builder and all of the cluster simulated; " + runs + " builds, one after the other.",
                Machine.here(),
                Map.of("Java", Runtime.version().toString()),
                List.of(
                        figure("from the edit to the build pod", all, Run::toPod, OptionalDouble.empty()),
                        figure("from the end of the push to Succeeded", all, Run::toSucceeded, OptionalDouble.empty()),
                        figure("both", all, Run::inAll, OptionalDouble.of(SECONDS_IN_ALL))),
                List.of());
    }

    private static Figure figure(String name, List<Run> all, ToDoubleFunction<Run> value, OptionalDouble target) {
        return new Figure(name, "s", all.stream().map(value::applyAsDouble).toList(), target);
    }

    private static double seconds(long nanoseconds) {
        return nanoseconds / 1e9;
    }
}
