package dev.varve.sandbox.crash;

import dev.varve.contract.Keys;
import dev.varve.contract.Phase;
import dev.varve.sandbox.Traces;
import io.fabric8.kubernetes.api.model.Node;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/** The rows of the crash table as they can be seen on the Node: each the first sign of it that there is. */
public enum Moment {
    /** The node is told of its image. */
    BEFORE_STAGE((_, now) -> on(now).containsKey(Keys.PREFETCH) || on(now).containsKey(Keys.DESIRED_IMAGE)),
    DURING_PULL(Phase.Staging),
    /** The report of the stage, or whatever came so soon after that it was left out. */
    AFTER_STAGE((_, now) -> on(now).containsKey(Keys.STAGED)),
    /** The record is on disk by then; whether the agent has heard of its cordon is a matter of microseconds. */
    CORDON((_, now) -> Boolean.TRUE.equals(now.getSpec().getUnschedulable())),
    MID_DRAIN(Phase.Draining),
    /** The report is after the intent, and the host is asked in the same moment. */
    AFTER_THE_INTENT(Phase.Finalizing),
    /**
     * Of what the host was asked for, from when the report of it says so: the shutdown has begun or is about to. A machine may be
     * too quick for the report, and back before the cluster has missed it.
     */
    BEFORE_FINALISATION((before, now) ->
            on(now).getOrDefault(Keys.PHASE, "").equals(Phase.Rebooting.name()) || !ready(now) || rebooted(before, now)),
    /** From when the machine's init stops units, of which finalisation is one: see {@link CrashesScenario#shutsDown}. */
    DURING_FINALISATION(Phase.Finalizing),
    /** The kubelet has told of the new boot; the agent's container may be there or not. */
    AFTER_BOOT_BEFORE_THE_CHECK(Moment::rebooted),
    DURING_THE_SOAK(Phase.Verifying),
    /** Another image is current, or all is gone already with a node that has left; the file is cleaned in the same moment. */
    AFTER_DONE((before, now) -> !on(now).getOrDefault(Keys.CURRENT_IMAGE, "").equals(on(before).getOrDefault(Keys.CURRENT_IMAGE, "")), true);

    private final Sign sign;
    private final boolean afterCordon;

    private interface Sign {
        boolean isThere(Node before, Node now);
    }

    Moment(Phase phase) {
        this((_, now) -> on(now).getOrDefault(Keys.PHASE, "").equals(phase.name()), false);
    }

    Moment(Sign sign) {
        this(sign, false);
    }

    Moment(Sign sign, boolean afterCordon) {
        this.sign = sign;
        this.afterCordon = afterCordon;
    }

    /** True of the Node at the moment and after it, in the update that begins where the Node is like that. */
    Predicate<Node> since(Node before) {
        var cordoned = new AtomicBoolean(!afterCordon);
        return now -> {
            if (Boolean.TRUE.equals(now.getSpec().getUnschedulable())) {
                cordoned.set(true);
            }
            return cordoned.get() && changed(before, now) && sign.isThere(before, now);
        };
    }

    private static boolean changed(Node before, Node now) {
        return !now.getMetadata().getResourceVersion().equals(before.getMetadata().getResourceVersion());
    }

    private static boolean rebooted(Node before, Node now) {
        return !now.getStatus().getNodeInfo().getBootID().equals(before.getStatus().getNodeInfo().getBootID());
    }

    private static boolean ready(Node node) {
        return node.getStatus().getConditions().stream().anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
    }

    private static Map<String, String> on(Node node) {
        return Traces.on(node);
    }
}
