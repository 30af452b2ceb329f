package dev.varve.controller.loop;

import dev.varve.controller.loop.PoolLoop.Finding;
import dev.varve.controller.loop.PoolLoop.Result;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Leads one pool through the chain of loops. A loop that fails does not keep the later ones from their work: they are
 * level-triggered and read their own facts, and the pool's status must be told of the failure.
 */
public final class Turn {
    /** Type of the condition in which a loop's failure shows. */
    static final String DEGRADED = "Degraded";

    /** Hears of each loop's turn. */
    public interface Listener {
        void turned(String loop, Duration took);
    }

    /**
     * @param again when to turn even if nothing changes
     * @param failure of the first loop that failed, with the others as suppressed
     */
    public record Outcome(Optional<Duration> again, Optional<RuntimeException> failure) {}

    private final List<PoolLoop> loops;
    private final Clock clock;
    private final BooleanSupplier mayAct;
    private final Listener listener;
    private final LongSupplier nanoTime;

    /** @param mayAct asked before each loop: whether this process still leads */
    public Turn(List<PoolLoop> loops, Clock clock, BooleanSupplier mayAct, Listener listener) {
        this.loops = List.copyOf(loops);
        this.clock = clock;
        this.mayAct = mayAct;
        this.listener = listener;
        this.nanoTime = System::nanoTime;
    }

    public Outcome run(String pool) {
        var findings = new ArrayList<Finding>();
        Optional<Duration> again = Optional.empty();
        Optional<RuntimeException> failure = Optional.empty();
        for (PoolLoop loop : loops) {
            if (!mayAct.getAsBoolean() || Thread.currentThread().isInterrupted()) {
                break;
            }
            long start = nanoTime.getAsLong();
            try {
                Result result = loop.turn(pool, clock.instant(), List.copyOf(findings));
                findings.addAll(result.findings());
                again = sooner(again, result.again());
            } catch (RuntimeException failed) {
                findings.add(finding(loop, failed));
                failure = Optional.of(joined(failure, failed));
            }
            listener.turned(loop.name(), Duration.ofNanos(nanoTime.getAsLong() - start));
        }
        return new Outcome(again, failure);
    }

    private static Finding finding(PoolLoop loop, RuntimeException failed) {
        String cause = Optional.ofNullable(failed.getMessage()).orElse(failed.getClass().getSimpleName());
        return new Finding(DEGRADED, true, "ControllerError", loop.name() + ": " + cause + "; it is tried again");
    }

    private static RuntimeException joined(Optional<RuntimeException> first, RuntimeException next) {
        if (first.isEmpty()) {
            return next;
        }
        if (!first.get().equals(next)) {
            first.get().addSuppressed(next);
        }
        return first.get();
    }

    private static Optional<Duration> sooner(Optional<Duration> a, Optional<Duration> b) {
        return a.isPresent() && (b.isEmpty() || a.get().compareTo(b.get()) <= 0) ? a : b;
    }
}
