package dev.varve.agent.credentials;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hears when something in a directory becomes another one, also by the renaming of a link, as kubelets do it. */
public final class DirectoryWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DirectoryWatch.class);

    private final Path directory;
    private final WatchService service;

    private DirectoryWatch(Path directory, WatchService service) {
        this.directory = directory;
        this.service = service;
    }

    /**
     * @param wake called from a thread of its own after any change; it looks for itself what that is
     * @throws IOException where the directory cannot be watched
     */
    public static DirectoryWatch of(Path directory, Runnable wake) throws IOException {
        WatchService service = directory.getFileSystem().newWatchService();
        try {
            directory.register(service, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_DELETE,
                    StandardWatchEventKinds.ENTRY_MODIFY);
        } catch (IOException refused) {
            service.close();
            throw refused;
        }
        var watch = new DirectoryWatch(directory, service);
        Thread.ofVirtual().name("varve-watch").start(() -> watch.listen(wake));
        return watch;
    }

    @Override
    public void close() {
        try {
            service.close();
        } catch (IOException failed) {
            LOG.debug("cannot close the watch of {}", directory, failed);
        }
    }

    private void listen(Runnable wake) {
        try {
            WatchKey key;
            do {
                key = service.take();
                key.pollEvents();
                wake.run();
            } while (key.reset());
        } catch (ClosedWatchServiceException | InterruptedException end) {
            LOG.debug("{} is watched no longer", directory);
        }
    }
}
