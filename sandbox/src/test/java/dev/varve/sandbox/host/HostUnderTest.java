package dev.varve.sandbox.host;

import dev.varve.contract.Pullspec;
import java.nio.file.Path;

/**
 * A host with an rpm-ostree on a bus, freshly booted from {@link #factory()} with nothing staged and no image pulled. What the
 * contract test needs of it, whoever plays it: a simulated machine, a GDBus daemon, the real thing.
 */
interface HostUnderTest extends AutoCloseable {

    Path busSocket();

    /** What stands for {@code /run} of the host here. */
    Path run();

    Pullspec factory();

    /** An image that can be pulled and booted. */
    Pullspec image();

    /** Another one. */
    Pullspec otherImage();

    Pullspec missingImage();

    Pullspec unbootableImage();

    Pullspec imageOfOtherArchitecture();

    @Override
    void close();
}
