package dev.varve.sandbox;

import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.util.function.Consumer;

/** Told of each state of an object that is there. */
public record Seeing<T>(Consumer<T> told) implements ResourceEventHandler<T> {
    @Override
    public void onAdd(T now) {
        told.accept(now);
    }

    @Override
    public void onUpdate(T before, T now) {
        told.accept(now);
    }

    @Override
    public void onDelete(T last, boolean unknown) {}
}
