package dev.varve.controller.decide.status;

import dev.varve.controller.decide.rollout.BuildState;
import dev.varve.controller.decide.rollout.Goal;
import java.util.List;

/**
 * The condition {@code Updating}: the reference's text for the state of the build and the pool, then what we know of the
 * waits (reference-behaviour.md 4.4).
 *
 * @param stopped failed nodes or a configuration that cannot be rendered hold the pool up
 */
record Updating(PoolFacts facts, boolean complete, boolean stopped) {

    boolean on() {
        if (complete) {
            return false;
        }
        if (facts.paused()) {
            return switch (state()) {
                case None, Initial, Prepared, Building -> hasImageToCome();
                case Succeeded, Failed, Interrupted -> false;
            };
        }
        return switch (state()) {
            case None, Initial, Prepared, Building, Succeeded -> !stopped;
            case Failed, Interrupted -> false;
        };
    }

    String message() {
        if (complete) {
            return "";
        }
        String text = facts.paused() ? paused() : running();
        List<String> waits = facts.notes().stream()
                .filter(note -> note.condition().equals(Condition.UPDATING) && !note.message().isEmpty())
                .map(Note::message)
                .toList();
        return waits.isEmpty() ? text : text + ": " + String.join("; ", waits);
    }

    /** Where all nodes are, or are to be. */
    String everywhere() {
        return "All nodes are updated with " + target();
    }

    private String running() {
        String build = "(mosb: " + facts.build().machineOSBuild() + ")";
        if (stopped && isHealthy()) {
            return "Pool update paused due to degraded condition";
        }
        if (!hasImageToCome()) {
            return "All nodes are updating to " + target();
        }
        return switch (state()) {
            case None -> "Pool is waiting for a new OS image build to start (mosc: " + facts.machineOSConfig() + ")";
            case Initial, Prepared -> "Pool is waiting for OS image build to start " + build;
            case Building -> "Pool is waiting for OS image build to complete " + build;
            case Succeeded -> "Pool is waiting for nodes to apply OS image " + build;
            case Failed -> "Pool update stopped due to OS image build failure " + build;
            case Interrupted -> "Pool update stopped due to OS image build being interrupted " + build;
        };
    }

    private String paused() {
        String build = "(mosb: " + facts.build().machineOSBuild() + ")";
        if (!hasImageToCome()) {
            return "Pool is paused; will not update to " + target();
        }
        return "Pool is paused; " + switch (state()) {
            case None -> "waiting for a new OS image build to start (mosc: " + facts.machineOSConfig() + ")";
            case Initial -> "OS image build has been created but not yet started";
            case Prepared -> "OS image build has been prepared but will not rollout " + build;
            case Building -> "OS image build in progress";
            case Succeeded -> "OS image build completed successfully";
            case Failed -> "OS image build failed";
            case Interrupted -> "OS image build was interrupted";
        };
    }

    private BuildState state() {
        return facts.buildFailed() ? BuildState.Failed : facts.build().state();
    }

    /** A build that failed says so itself. */
    private boolean isHealthy() {
        return state() != BuildState.Failed && state() != BuildState.Interrupted;
    }

    private boolean hasImageToCome() {
        return !facts.machineOSConfig().isEmpty();
    }

    private String target() {
        return facts.goal() instanceof Goal.Move(var target) ? target.toString() : "MachineConfig " + facts.config();
    }
}
