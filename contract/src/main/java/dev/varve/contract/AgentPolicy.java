package dev.varve.contract;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The part of a RolloutPolicy that an agent needs: {@code V/policy}. Every field has a default, so an empty object and an
 * absent annotation mean the same.
 *
 * @param drainTimeout after which {@code onTimeout} applies, from the first eviction on
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
                onTimeout(drain.at("onTimeout")),
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

    private static OnDrainTimeout onTimeout(Tree tree) {
        String text = tree.string(DEFAULT.onTimeout.name());
        for (OnDrainTimeout choice : OnDrainTimeout.values()) {
            if (choice.name().equals(text)) {
                return choice;
            }
        }
        throw new ContractException(tree.path(), text, "want Wait, Skip or Force");
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
