package dev.varve.sandbox.crash;

/**
 * One update of one node with what befalls it.
 *
 * @param held a person has cordoned the node beforehand
 */
record Run(String name, Plan plan, boolean held) {}
