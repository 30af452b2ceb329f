package dev.varve.sandbox.host;

import dev.varve.sandbox.Outage;

/** Hears of a machine's ups and downs; called on the machine's own thread, which must not be held up. */
public interface MachineListener {

    /** Every process on the machine has just ended, and its bus with them. */
    void wentDown(Outage why);

    /** The machine has booted and its bus is there. */
    void cameUp(String bootId);
}
