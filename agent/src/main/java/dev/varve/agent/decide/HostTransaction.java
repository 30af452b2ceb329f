package dev.varve.agent.decide;

/**
 * The transaction that rpm-ostree runs now.
 *
 * @param title what it calls itself
 * @param ours its title is our correlation tag: we began it, in this life or in an earlier one
 */
public record HostTransaction(String title, boolean ours) {}
