package dev.varve.contract;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The part of a RolloutPolicy that an agent needs: {@code V/policy}. Every field has a default, so an empty object and an
 * absent annotation mean the same.
 *
 * @param drainTimeout after which {@code onTimeout} applies, from the first eviction on
 * @param unmanagedPods what a drain does with pods that no controller would make again
 * @param podSelector label selector of pods to drain; empty drains all that a drain would
 * @param skipNamespaces namespaces whose pods stay where they are
 * @param bootTimeout from the reboot to the first word of the new boot
 * @param healthTimeout in which a boot must pass its checks
 * @param healthSoak for which the node must stay Ready before the boot counts as good
 * @param retry how a transient failure is tried again
 */
public record AgentPolicy(
        Duration drainTimeout,
        OnDrainTimeout onTimeout,
        UnmanagedPods unmanagedPods,
        Map<String, String> podSelector,
        List<String> skipNamespaces,
        Duration bootTimeout,
        Duration healthTimeout,
        Duration healthSoak,
        Retry retry) {

    /** What is done with a node that cannot be drained in time. */
    public enum OnDrainTimeout {
        /** Go on asking; the node stays cordoned. */
        Wait,
        /** Give the slot back and let the node serve. */
        Skip,
        /** Delete what is left, loudly. */
        Force
    }

    /** What a drain does with a pod of no controller, as kubectl's drain does by {@code --force} or not. */
    public enum UnmanagedPods {
        /** Name it, and wait for a person. */
        Block,
        /** Evict it like any other; it is gone for good. */
        Evict
    }

    /** Backoff between tries. The n-th wait is {@code initial * factor^(n-1)}, at most {@code cap}. */
    public record Retry(Duration initial, int factor, Duration cap, int attempts) {
        public static final Retry DEFAULT = new Retry(Duration.ofSeconds(10), 2, Duration.ofMinutes(5), 12);

        /** The wait after so many failed attempts, 1 or more, without jitter. */
        public Duration after(int failures) {
            Duration wait = initial;
            for (int i = 1; i < failures && wait.compareTo(cap) < 0; i++) {
                wait = wait.multipliedBy(factor);
            }
            return wait.compareTo(cap) < 0 ? wait : cap;
        }
    }

    public static final AgentPolicy DEFAULT = new AgentPolicy(
            Duration.ofHours(1),
            OnDrainTimeout.Wait,
            UnmanagedPods.Block,
            Map.of(),
            List.of(),
            Duration.ofMinutes(15),
            Duration.ofMinutes(10),
            Duration.ofSeconds(30),
            Retry.DEFAULT);

    public AgentPolicy {
        podSelector = Map.copyOf(podSelector);
        skipNamespaces = List.copyOf(skipNamespaces);
    }

    /** @throws ContractException naming the field and the value */
    public static AgentPolicy from(Tree tree) {
        Tree drain = tree.at("drain");
        Tree health = tree.at("health");
        return new AgentPolicy(
                drain.at("timeout").duration().orElse(DEFAULT.drainTimeout),
                choice(drain.at("onTimeout"), OnDrainTimeout.values(), DEFAULT.onTimeout),
                choice(drain.at("unmanagedPods"), UnmanagedPods.values(), DEFAULT.unmanagedPods),
                drain.at("podSelector").strings(),
                drain.at("skipNamespaces").list().stream().flatMap(t -> t.text().stream()).toList(),
                tree.at("boot").at("timeout").duration().orElse(DEFAULT.bootTimeout),
                health.at("timeout").duration().orElse(DEFAULT.healthTimeout),
                health.at("soak").duration().orElse(DEFAULT.healthSoak),
                retry(tree.at("failure").at("retry")));
    }

    /** What {@link #from} reads back. */
    public Map<String, @Nullable Object> tree() {
        var drain = new LinkedHashMap<String, @Nullable Object>();
        drain.put("timeout", Durations.wire(drainTimeout));
        drain.put("onTimeout", onTimeout.name());
        drain.put("unmanagedPods", unmanagedPods.name());
        if (!podSelector.isEmpty()) {
            drain.put("podSelector", new java.util.TreeMap<>(podSelector));
        }
        if (!skipNamespaces.isEmpty()) {
            drain.put("skipNamespaces", new ArrayList<>(skipNamespaces));
        }
        var backoff = new LinkedHashMap<String, @Nullable Object>();
        backoff.put("initial", Durations.wire(retry.initial));
        backoff.put("factor", retry.factor);
        backoff.put("cap", Durations.wire(retry.cap));
        backoff.put("attempts", retry.attempts);
        var tree = new LinkedHashMap<String, @Nullable Object>();
        tree.put("drain", drain);
        tree.put("boot", Map.of("timeout", Durations.wire(bootTimeout)));
        var health = new LinkedHashMap<String, @Nullable Object>();
        health.put("timeout", Durations.wire(healthTimeout));
        health.put("soak", Durations.wire(healthSoak));
        tree.put("health", health);
        tree.put("failure", Map.of("retry", backoff));
        return tree;
    }

    private static <E extends Enum<E>> E choice(Tree tree, E[] choices, E usual) {
        String text = tree.string(usual.name());
        return Stream.of(choices)
                .filter(choice -> choice.name().equals(text))
                .findFirst()
                .orElseThrow(() -> new ContractException(tree.path(), text, "want " + either(choices)));
    }

    private static String either(Object[] choices) {
        return Stream.of(choices).limit(choices.length - 1L).map(Object::toString).collect(Collectors.joining(", "))
                + " or " + choices[choices.length - 1];
    }

    private static Retry retry(Tree tree) {
        Retry retry = new Retry(
                tree.at("initial").duration().orElse(Retry.DEFAULT.initial),
                tree.at("factor").integer().orElse(Retry.DEFAULT.factor),
                tree.at("cap").duration().orElse(Retry.DEFAULT.cap),
                tree.at("attempts").integer().orElse(Retry.DEFAULT.attempts));
        if (retry.factor < 1 || retry.attempts < 1) {
            throw new ContractException(tree.path(), tree.value(), "factor and attempts must be 1 or more");
        }
        return retry;
    }
}
