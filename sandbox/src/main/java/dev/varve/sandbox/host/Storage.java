package dev.varve.sandbox.host;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What transactions work on, put together.
 *
 * @param onChange called when the deployments have changed
 */
record Storage(
        Sysroot sysroot,
        Layers layers,
        ImageSource images,
        Faults faults,
        MachineTimes times,
        CopyOnWriteArrayList<Inhibitor> inhibitors,
        OtherUpdaters otherUpdaters,
        Runnable onChange) {

    void changed() {
        onChange.run();
    }

    /** Removes what no deployment needs, and says so where it was anything. */
    void prune(Work.Progress progress) {
        Layers.Pruned pruned = layers.prune(sysroot.deployments());
        if (pruned.images() > 0 || pruned.layers() > 0) {
            progress.message("Pruned images: " + pruned.images() + " (layers: " + pruned.layers() + ")");
            progress.message("Freed: " + Sizes.format(pruned.bytes()));
        }
    }

    /** @throws TransactionFailed where somebody blocks the shutdown; delays and weak blocks pass */
    void checkInhibitors() throws TransactionFailed {
        List<Inhibitor> blocking = inhibitors.stream().filter(Inhibitor::blocksShutdown).toList();
        if (blocking.isEmpty()) {
            return;
        }
        Inhibitor first = blocking.getFirst();
        StringBuilder text = new StringBuilder("Reboot blocked by a systemd inhibitor lock in `block` mode\nHeld by: ");
        text.append(first.who()).append("\nReason: ").append(first.why());
        if (blocking.size() > 1) {
            text.append("\nand ").append(blocking.size() - 1).append(" other blocking inhibitor lock(s)");
        }
        throw new TransactionFailed(text.toString());
    }
}
