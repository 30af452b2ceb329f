package dev.varve.sandbox.quickstart;

import dev.varve.contract.Durations;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * What the newcomer sees. On a terminal the live lines are redrawn in place and a little colour is used; anywhere else every
 * change is a plain line with the seconds since the start. Text from the cluster is stripped of control characters.
 */
public final class Screen {
    private static final String BOLD = "\u001b[1m";
    private static final String DIM = "\u001b[2m";
    private static final String GREEN = "\u001b[32m";
    private static final String RED = "\u001b[31m";
    private static final String PLAIN = "\u001b[0m";

    private final PrintWriter out;
    private final boolean terminal;
    private final InstantSource clock;
    private final Instant begun;
    private int step;
    private int liveLines;

    /** @param terminal out goes to one that understands ANSI */
    public Screen(PrintWriter out, boolean terminal, InstantSource clock) {
        this.out = out;
        this.terminal = terminal;
        this.clock = clock;
        this.begun = clock.instant();
    }

    public Duration elapsed() {
        return Duration.between(begun, clock.instant());
    }

    public synchronized void step(String title) {
        settle();
        step++;
        out.println();
        out.println(paint(BOLD, step + ". " + title));
    }

    /** The command that would do the same by hand. */
    public synchronized void command(String command) {
        settle();
        command.lines().forEach(line -> out.println(paint(DIM, "   $ " + line)));
    }

    public synchronized void say(String text) {
        settle();
        text.lines().forEach(line -> out.println("   " + clean(line)));
    }

    synchronized void claim(boolean holds, String claim) {
        settle();
        out.println("   " + (holds ? paint(GREEN, "ok") : paint(RED, "FAILED")) + "  " + clean(claim));
    }

    /** The present state, a line each: drawn over the last ones on a terminal, not shown elsewhere. */
    synchronized void live(List<String> lines) {
        if (!terminal) {
            return;
        }
        erase();
        lines.forEach(line -> out.println("   " + clean(line)));
        liveLines = lines.size();
        out.flush();
    }

    /** A change, where there is no terminal to redraw. */
    synchronized void change(String text) {
        if (!terminal) {
            out.printf("   %6s  %s%n", Durations.text(elapsed()), clean(text));
            out.flush();
        }
    }

    /** Takes the live lines away; what follows is there to stay. */
    synchronized void settle() {
        erase();
        out.flush();
    }

    private void erase() {
        if (liveLines > 0) {
            out.print("\u001b[" + liveLines + "A\u001b[J");
            liveLines = 0;
        }
    }

    private String paint(String colour, String text) {
        return terminal ? colour + text + PLAIN : text;
    }

    private static String clean(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
