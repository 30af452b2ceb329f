package dev.varve.agent.drain;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/**
 * The pods that one budget holds; where no budget was named yet, those of one controller. What one of them is told holds for
 * all, so the lane is asked, not each pod: freely and ever more at a time until the first refusal, then one by one. It learns
 * how many go before the budget is used up and how long it takes until there is room again, and asks for no more and no sooner,
 * but for every tenth time: room may have grown. Times are those of the drain's clock.
 */
final class Lane {
    /** Between a refusal and the next question, at first. */
    private static final Duration FIRST = Duration.ofSeconds(1);
    /** Longest time between two questions that are refused; kubectl waits this long each time. */
    private static final Duration CAP = Duration.ofSeconds(5);
    /** Longest time that is learned: should room come sooner the next time, no more than this is lost. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** One question in so many may be refused for the sake of learning. */
    private static final int THRIFT = 10;
    /** Added at random to each wait, so that nodes that drain at once do not ask at once. */
    private static final double JITTER = 0.1;

    private static final int UNKNOWN = Integer.MAX_VALUE;

    private final RandomGenerator random;
    private int asking;
    private int accepted;
    private int refused;
    /** Accepted since it opened. */
    private int run;
    /** How many are accepted before it closes. */
    private int burst = UNKNOWN;
    private boolean held;
    private Instant closed = Instant.EPOCH;
    private Instant opens = Instant.EPOCH;
    private Duration wait = FIRST;
    /** Refused since it closed. */
    private int early;

    Lane(RandomGenerator random) {
        this.random = random;
    }

    boolean isOpen(Instant now) {
        return held ? asking == 0 && !now.isBefore(opens) : asking <= accepted;
    }

    /** When it may be asked again; in the past where it may be asked. */
    Instant opens() {
        return opens;
    }

    void asked() {
        asking++;
    }

    void accepted(Instant now) {
        asking--;
        accepted++;
        if (straggler(now)) {
            burst = burst == UNKNOWN ? 1 : burst + 1;
            return;
        }
        if (held && run == 0) {
            learnWait(Duration.between(closed, now));
        }
        run++;
        if (held && run >= burst && !affordsOne()) {
            close(now);
        }
    }

    void refused(Instant now) {
        asking--;
        refused++;
        if (straggler(now)) {
            return;
        }
        if (!held || run > 0) {
            burst = run > 0 ? run : UNKNOWN;
            close(now);
        } else {
            early++;
            opens = now.plus(jittered(shorter(longer(Duration.between(closed, now).dividedBy(2), FIRST), CAP)));
        }
    }

    /** Neither a yes nor a no. */
    void unanswered() {
        asking--;
    }

    /** An answer to what was under way when another was refused. */
    private boolean straggler(Instant now) {
        return held && now.isBefore(opens);
    }

    private void learnWait(Duration took) {
        if (early > 0) {
            wait = shorter(took, PATIENCE);
        } else if (affordsOne()) {
            wait = longer(wait.multipliedBy(3).dividedBy(4), FIRST);
        }
        if (took.compareTo(PATIENCE) > 0) {
            burst = UNKNOWN; // So long ago that what was true then need not be so now.
        }
    }

    private boolean affordsOne() {
        return refused * THRIFT <= accepted;
    }

    private void close(Instant now) {
        held = true;
        closed = now;
        run = 0;
        early = 0;
        opens = now.plus(jittered(wait));
    }

    private Duration jittered(Duration wait) {
        return wait.plusMillis((long) (wait.toMillis() * JITTER * random.nextDouble()));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
