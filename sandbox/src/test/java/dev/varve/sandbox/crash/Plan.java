package dev.varve.sandbox.crash;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;

/** When an agent is to die on its way. Asked at each line, by one thread at a time. */
@FunctionalInterface
interface Plan {
    /** Longest from a line to the end, where that is not on the line: about a whole update here. */
    int LONGEST_MILLIS = 1000;
    /** Lines of an update in which nothing happens, and some more. */
    int LINES = 90;

    /** @param passed lines before this one in this update */
    Optional<Death> at(Line line, int passed);

    static Plan at(Line wanted, Death death) {
        return (line, _) -> line.equals(wanted) ? Optional.of(death) : Optional.empty();
    }

    /** One to three ends, half of them on a line, the others any time after one; one of them may be of the machine. */
    static Plan random(Random random) {
        record End(int passed, Death death) {}

        List<End> ends = new ArrayList<>();
        int count = 1 + random.nextInt(3);
        int cut = random.nextInt(2 * count);
        for (int i = 0; i < count; i++) {
            var delay = random.nextBoolean() ? Duration.ZERO : Duration.ofMillis(1 + random.nextInt(LONGEST_MILLIS));
            ends.add(new End(random.nextInt(LINES), new Death(i == cut, delay)));
        }
        ends.sort((one, other) -> Integer.compare(one.passed(), other.passed()));
        Queue<End> left = new ArrayDeque<>(ends);
        return new Plan() {
            @Override
            public Optional<Death> at(Line line, int passed) {
                boolean now = !left.isEmpty() && left.peek().passed() <= passed;
                return now ? Optional.of(left.remove().death()) : Optional.empty();
            }

            @Override
            public String toString() {
                return ends.toString();
            }
        };
    }
}
