package dev.varve.agent.drain;

import dev.varve.agent.decide.PodFacts;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Which lane a pod is in. Budgets cannot be read with a kubelet's credential; which of them holds a pod is learned from
 * refusals, and taken to be so for all pods of its controller until one of them is told otherwise.
 */
final class Lanes {
    private final RandomGenerator random;
    private final Map<String, Lane> byController = new HashMap<>();
    private final Map<String, Lane> byBudget = new HashMap<>();
    private final Map<String, Lane> byPod = new HashMap<>();

    Lanes(RandomGenerator random) {
        this.random = random;
    }

    Lane of(PodFacts pod) {
        Lane own = byPod.get(pod.uid());
        return own != null ? own : byController.computeIfAbsent(controller(pod), _ -> new Lane(random));
    }

    /** Of a pod that was refused, in the lane that it was asked in. */
    void held(PodFacts pod, Lane askedIn, Optional<String> budget) {
        if (budget.isPresent()) {
            Lane lane = byBudget.computeIfAbsent(pod.namespace() + "/" + budget.get(), _ -> askedIn);
            byPod.put(pod.uid(), lane);
            byController.put(controller(pod), lane);
        }
    }

    private static String controller(PodFacts pod) {
        return pod.controller().map(PodFacts.Controller::uid).orElse(pod.uid());
    }
}
