package dev.varve.controller.kube;

import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.util.Optional;
import java.util.function.BiConsumer;

/** An informer's events as one: the object as it was, and as it is. */
final class Wake<T> implements ResourceEventHandler<T> {
    private final BiConsumer<Optional<T>, Optional<T>> change;

    Wake(BiConsumer<Optional<T>, Optional<T>> change) {
        this.change = change;
    }

    @Override
    public void onAdd(T now) {
        change.accept(Optional.empty(), Optional.of(now));
    }

    @Override
    public void onUpdate(T before, T now) {
        change.accept(Optional.of(before), Optional.of(now));
    }

    @Override
    public void onDelete(T before, boolean deletedFinalStateUnknown) {
        change.accept(Optional.of(before), Optional.empty());
    }
}
