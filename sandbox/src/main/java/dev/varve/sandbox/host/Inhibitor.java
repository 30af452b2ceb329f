package dev.varve.sandbox.host;

/**
 * Something that holds up a shutdown, as {@code systemd-inhibit} lists it.
 *
 * @param what e.g. {@code shutdown} or {@code shutdown:sleep}
 * @param mode {@code block}, {@code block-weak} or {@code delay}
 */
public record Inhibitor(String what, String who, String why, String mode) {

    boolean blocksShutdown() {
        return mode.equals("block") && what.contains("shutdown");
    }
}
