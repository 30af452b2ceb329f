package dev.varve.sandbox.kubelet;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/** The output of one container: passed on line by line at a given pace, its end kept for the termination message. */
final class Transcript implements Consumer<String> {
    // Limits of terminationMessagePolicy FallbackToLogsOnError.
    private static final int TAIL_LINES = 80;
    private static final int TAIL_CHARACTERS = 2_048;

    private final Consumer<String> output;
    private final Duration pace;
    private final Deque<String> tail = new ArrayDeque<>();

    /** @param pace time from one line to the next */
    Transcript(Consumer<String> output, Duration pace) {
        this.output = output;
        this.pace = pace;
    }

    /** @throws InterruptedBuild where the pod is stopped meanwhile */
    @Override
    public void accept(String line) {
        try {
            Thread.sleep(pace);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new InterruptedBuild();
        }
        output.accept(line);
        tail.addLast(line);
        if (tail.size() > TAIL_LINES) {
            tail.removeFirst();
        }
    }

    String tail() {
        String text = String.join("\n", tail);
        return text.length() > TAIL_CHARACTERS ? text.substring(text.length() - TAIL_CHARACTERS) : text;
    }

    /** The pod is gone; there is nobody to tell. */
    static final class InterruptedBuild extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
