package dev.varve.agent.decide;

import dev.varve.contract.AgentPolicy;
import dev.varve.contract.AgentPolicy.UnmanagedPods;

/**
 * Which pods have to go before the host may reboot; kubectl's drain is the model. DaemonSet pods come back at once on an
 * unschedulable node, mirror pods belong to the kubelet, finished pods lose nothing. A pod that nobody would make again is
 * not ours to destroy unless the policy says so: it is named as a blocker. What a pod keeps in an emptyDir goes with it, as in
 * the reference's drain. A controller that is gone itself counts all the same: the garbage collector deletes such a pod anyway,
 * and where it was told to leave it, it has taken the owner away.
 *
 * @param ownNamespace of the agent's own pod, with {@code ownPod}: it has work to do until the reboot
 */
public record DrainFilter(AgentPolicy policy, String ownNamespace, String ownPod) {

    /** What is done with a pod. */
    public enum Verdict {
        /** It may stay. */
        Stay,
        /** To be evicted. */
        Evict,
        /** It goes already: wait for it. */
        AwaitEnd,
        /** It must go, and we may not evict it. */
        Blocks
    }

    public Verdict of(PodFacts pod) {
        if (pod.finished() || pod.mirror() || daemon(pod)) {
            return Verdict.Stay;
        }
        if (pod.namespace().equals(ownNamespace) && pod.name().equals(ownPod)) {
            return Verdict.Stay;
        }
        boolean selected = pod.labels().entrySet().containsAll(policy.podSelector().entrySet());
        if (!selected || policy.skipNamespaces().contains(pod.namespace())) {
            return Verdict.Stay;
        }
        if (pod.terminating()) {
            return Verdict.AwaitEnd;
        }
        boolean goes = pod.controller().isPresent() || policy.unmanagedPods() == UnmanagedPods.Evict;
        return goes ? Verdict.Evict : Verdict.Blocks;
    }

    private static boolean daemon(PodFacts pod) {
        return pod.controller().filter(owner -> owner.kind().equals("DaemonSet")).isPresent();
    }
}
