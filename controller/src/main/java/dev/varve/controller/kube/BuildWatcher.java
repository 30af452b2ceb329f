package dev.varve.controller.kube;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;

/** Hears of every change of a MachineOSBuild. */
@FunctionalInterface
public interface BuildWatcher {
    void changed(String pool, GenericKubernetesResource before, GenericKubernetesResource now);
}
