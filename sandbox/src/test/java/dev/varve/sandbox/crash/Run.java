package dev.varve.sandbox.crash;

/**
 * One update of one node with what befalls it.
 *
 * @param held a person has cordoned the node beforehand
 * @param broken the image does not boot on the node
 */
record Run(String name, Plan plan, boolean held, boolean broken) {
    /** What it is that is updated, in front of what befalls it. */
    static String kind(boolean held, boolean broken) {
        return (held ? "held, " : "") + (broken ? "image that does not boot, " : "");
    }
}
