package dev.varve.sandbox.host;

/** What can be made to go wrong, once where nothing else is said; see {@link Machine#arm}. */
public sealed interface Fault {

    /**
     * The next pull ends with this text: while staging where the text begins with {@code Staging deployment}, at the second
     * layer where it begins with {@code Importing}, else before the first.
     */
    record PullFails(String text) implements Fault {}

    /** The next boot comes up in the image before: the boot loader fell back. */
    record BootFallsBack() implements Fault {}

    /** Until the machine is disarmed, no boot into another image than the one that ran comes up in it: that one runs again. */
    record NoNewImageBoots() implements Fault {}

    /** The next boot never ends; only {@link Machine#powerOn} brings the machine back. */
    record BootNeverReturns() implements Fault {}

    /** The next reboot that rpm-ostree asks for does not come, and nobody hears of it. */
    record RebootLost() implements Fault {}

    /** The next shutdown cannot finalise: the old image boots again and the stage is gone. */
    record FinalizationFails(String text) implements Fault {}

    /**
     * rpm-ostreed dies in the next pull: peers see the end of their connection and no Finished.
     *
     * @param staged after it had staged; otherwise before
     */
    record DaemonDies(boolean staged) implements Fault {}

    /** rpm-ostreed dies of the next call of this method on the bus, without an answer. */
    record DaemonDiesAsked(String method) implements Fault {}
}
