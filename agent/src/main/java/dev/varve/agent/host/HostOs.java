package dev.varve.agent.host;

import dev.varve.agent.decide.Host;
import dev.varve.agent.decide.KernelArguments;
import dev.varve.contract.Digest;
import dev.varve.contract.Pullspec;
import java.util.List;
import java.util.function.Consumer;

/**
 * The operating system of this node. Every operation blocks until its end is known and may take minutes; it throws
 * {@link HostException} where it failed or its end was not heard. An interrupt cancels what can be cancelled and ends in a
 * {@code HostException} too. Safe for use by several threads.
 */
public interface HostOs extends AutoCloseable {

    /** What is true now. Starts rpm-ostree where it had gone idle. */
    Host observe();

    /**
     * Pulls the image and stages it, locked: an unplanned reboot does not boot it. Joins the same staging where it already
     * runs. Whatever else was staged is replaced.
     *
     * @param kernelArguments put into the stage, which is locked again after that. Where the image is the one that runs, they
     *     are all that is staged; and nothing is, where they hold already
     * @param progress gets text for people, often
     */
    void stage(Pullspec image, KernelArguments kernelArguments, Consumer<String> progress);

    /** Waits for the end of the transaction that runs now, whoever began it; returns at once where none runs. */
    void follow(Consumer<String> progress);

    /** Drops what is staged. */
    void dropStaged();

    /** Frees what failed pulls left behind. */
    void freePartialLayers();

    /** Who else updates or reboots this host by itself, a sentence each. */
    List<String> foreignUpdaters();

    /**
     * Unlocks the stage of exactly this digest and asks the host to reboot. Returns when rpm-ostree has accepted; that is
     * not yet a reboot.
     */
    void finalizeDeployment(Digest digest);

    /** Makes the previous deployment the next to boot, and asks the host to reboot. */
    void rollBack();

    /** Calls back, from a thread that must not be held up, whenever {@link #observe()} may have something new to say. */
    void onChange(Runnable wake);

    /** Lets go of the bus. A transaction that runs goes on. */
    @Override
    void close();
}
