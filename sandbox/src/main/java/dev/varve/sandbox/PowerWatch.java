package dev.varve.sandbox;

import dev.varve.sandbox.host.Machine;
import dev.varve.sandbox.host.MachineListener;

/** Tells of one machine's downs until it is closed. */
final class PowerWatch implements MachineListener, AutoCloseable {
    private final Machine machine;
    private final Cluster.PowerListener listener;

    PowerWatch(Machine machine, Cluster.PowerListener listener) {
        this.machine = machine;
        this.listener = listener;
        machine.addListener(this);
    }

    @Override
    public void wentDown(Outage why) {
        listener.wentDown(machine.name(), why);
    }

    @Override
    public void cameUp(String bootId) {}

    @Override
    public void close() {
        machine.removeListener(this);
    }
}
