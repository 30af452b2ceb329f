package dev.varve.controller.kube.status;

import dev.varve.contract.ContractException;
import dev.varve.controller.kube.BuildWatcher;
import dev.varve.controller.kube.Parts;
import dev.varve.controller.metrics.Metrics;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.List;
import java.util.Locale;

/** Counts builds as they end. */
public final class BuildCount implements BuildWatcher {
    private static final List<String> ENDS = List.of("Succeeded", "Failed", "Interrupted");

    private final Metrics metrics;

    public BuildCount(Metrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void changed(String pool, GenericKubernetesResource before, GenericKubernetesResource now) {
        for (String end : ENDS) {
            if (has(now, end) && !has(before, end)) {
                metrics.buildEnded(pool, end.toLowerCase(Locale.ROOT));
            }
        }
    }

    private static boolean has(GenericKubernetesResource build, String type) {
        try {
            return Parts.status(build).at("conditions").list().stream()
                    .anyMatch(c -> c.at("type").string("").equals(type) && c.at("status").string("").equals("True"));
        } catch (ContractException unreadable) {
            return false;
        }
    }
}
