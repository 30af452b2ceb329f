package dev.varve.agent;

import dev.varve.agent.credentials.DirectoryWatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kubelet gets itself a new certificate before the old one ends, and the client has read the old one for good. An agent can
 * be ended at any line, so it ends, and the kubelet starts it again.
 */
final class CertificateRotation implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("dev.varve.agent");

    private final Path file;
    private final byte[] before;
    private final Runnable renewed;
    private final AtomicBoolean told = new AtomicBoolean();
    private final Optional<DirectoryWatch> watch;

    /** @param renewed called once, when the file has become another one */
    CertificateRotation(Path file, Runnable renewed) {
        this.file = file;
        this.renewed = renewed;
        this.before = content().orElse(new byte[0]);
        this.watch = watch();
        look(); // It may have changed before it was watched.
    }

    @Override
    public void close() {
        watch.ifPresent(DirectoryWatch::close);
    }

    private Optional<DirectoryWatch> watch() {
        Path directory = file.toAbsolutePath().resolveSibling("");
        try {
            return Optional.of(DirectoryWatch.of(directory, this::look));
        } catch (IOException unwatched) {
            LOG.warn("{} cannot be watched ({}): restart the agent when the kubelet has a new certificate", directory, unwatched.toString());
            return Optional.empty();
        }
    }

    private void look() {
        boolean another = content().filter(now -> !Arrays.equals(now, before)).isPresent();
        if (another && told.compareAndSet(false, true)) {
            LOG.info("the kubelet has a new certificate; the agent ends, to be started again with it");
            renewed.run();
        }
    }

    /** Empty while it is being replaced. */
    private Optional<byte[]> content() {
        try {
            return Optional.of(Files.readAllBytes(file));
        } catch (IOException absent) {
            return Optional.empty();
        }
    }
}
