package dev.varve.controller.kube.build;

import dev.varve.controller.decide.build.BuildFacts;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.time.Instant;

/**
 * What the steps of one turn refer to.
 *
 * @param config the MachineOSConfig the facts are about, as it was seen
 */
record Turn(GenericKubernetesResource config, BuildFacts facts, Instant now) {

    String pool() {
        return facts.config().pool();
    }
}
