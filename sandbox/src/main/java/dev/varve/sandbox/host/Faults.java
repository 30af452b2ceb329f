package dev.varve.sandbox.host;

import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;

/** The faults that wait for their turn. */
final class Faults {
    private final ConcurrentLinkedQueue<Fault> armed = new ConcurrentLinkedQueue<>();

    void arm(Fault fault) {
        armed.add(fault);
    }

    void clear() {
        armed.clear();
    }

    /** For a fault that lasts until it is cleared. */
    boolean holds(Class<? extends Fault> kind) {
        return armed.stream().anyMatch(kind::isInstance);
    }

    /** The oldest one of that kind, which is then spent. */
    <F extends Fault> Optional<F> take(Class<F> kind) {
        return take(kind, any -> true);
    }

    /** The oldest one of that kind whose turn it is. */
    <F extends Fault> Optional<F> take(Class<F> kind, Predicate<F> due) {
        for (Fault fault : armed) {
            if (kind.isInstance(fault) && due.test(kind.cast(fault)) && armed.remove(fault)) {
                return Optional.of(kind.cast(fault));
            }
        }
        return Optional.empty();
    }
}
