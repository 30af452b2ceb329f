package dev.varve.sandbox;

import dev.varve.sandbox.host.Machine;
import dev.varve.sandbox.host.MachineListener;
import dev.varve.sandbox.kubelet.NodeStandIn;

/** Tells a machine's kubelet of its ups and downs. */
final class NodeLink implements MachineListener {
    private static final String OS_IMAGE = "Varve sandbox (simulated machine)";
    private final NodeStandIn node;

    NodeLink(Machine machine, NodeStandIn node) {
        this.node = node;
        machine.addListener(this);
    }

    @Override
    public void wentDown(Outage why) {
        node.wentDown();
    }

    @Override
    public void cameUp(String bootId) {
        node.cameUp(bootId, OS_IMAGE);
    }
}
