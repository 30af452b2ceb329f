package dev.varve.sandbox.host;

import dev.varve.contract.Pullspec;
import java.nio.file.Path;
import java.util.Optional;
import org.opentest4j.TestAbortedException;

/**
 * A host with an rpm-ostree on a bus, booted from {@link TestImage#FACTORY} with nothing staged and no other image pulled. What the
 * contract test needs of it, whoever plays it: a simulated machine, a GDBus daemon, the real thing. What a host cannot do aborts
 * the test that wants it, with the reason.
 */
interface HostUnderTest extends AutoCloseable {

    /** {@code rpm-ostreed.conf} with so many seconds. */
    String IDLE_EXIT = "[Daemon]\nIdleExitTimeout=%d\n";

    /** What happens at its moment. */
    @FunctionalInterface
    interface Act {
        void now() throws Exception;
    }

    Path busSocket();

    /** What stands for {@code /run} of the host here. */
    Path run();

    /** Nobody can be asked whether a user who is not root may do something. */
    boolean hasNoPolkit();

    Optional<Pullspec> find(TestImage image);

    /** Keeps the host from going down until it is closed. */
    AutoCloseable inhibit(String who, String why, String mode) throws Exception;

    /** From now on a reboot that is asked for does not come. */
    void loseReboots();

    /** The registry ends, while it serves nothing. */
    void endRegistry() throws Exception;

    /**
     * The registry ends once it has sent a layer that is then unpacked, before it is asked for the next.
     *
     * @return to be called while a layer of {@link TestImage#SLOW_TO_UNPACK} is fetched, whose pull began after this call
     */
    Act endRegistryBetweenLayers() throws Exception;

    /** The registry ends in the middle of the blob that it is serving. */
    void killRegistryWithinABlob() throws Exception;

    /** Leaves something in the host's credentials file that is not JSON. */
    void breakCredentials() throws Exception;

    /** From now on there is no logind, and nobody starts one. */
    void endLogind() throws Exception;

    /** Holds the lock of the sysroot, as {@code ostree admin} does while it works, until it is closed. */
    AutoCloseable lockSysroot() throws Exception;

    /**
     * Has rpm-ostreed end after so many seconds with nothing to do, from its next start on.
     *
     * @return what brings back the time it had
     */
    AutoCloseable exitIdleAfter(int seconds) throws Exception;

    /** Somebody removes the staged deployment past rpm-ostree, as {@code ostree admin undeploy} does. */
    void undeployStaged() throws Exception;

    /** Lets ostree take no new content for want of space, until it is closed. */
    AutoCloseable fillDisk() throws Exception;

    @Override
    void close() throws Exception;

    default Pullspec image(TestImage image) {
        return find(image).orElseThrow(() -> cannot("there is no " + image.key() + " here"));
    }

    default Pullspec factory() {
        return image(TestImage.FACTORY);
    }

    default Pullspec image() {
        return image(TestImage.IMAGE);
    }

    default Pullspec otherImage() {
        return image(TestImage.OTHER);
    }

    /** JUnit counts the test as skipped, and the line on standard error says why. */
    static TestAbortedException cannot(String reason) {
        System.err.println("skipped: " + reason);
        return new TestAbortedException(reason);
    }
}
