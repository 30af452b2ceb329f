package dev.varve.sandbox;

/** Why a machine went down. */
public enum Outage {
    /** Ordered on the machine itself, in good order. */
    REBOOT,
    /** Every process ended at once, in the middle of what it did. */
    POWER_CUT,
    /** By whoever runs the cluster. */
    SWITCHED_OFF
}
