package dev.varve.agent.credentials;

import dev.varve.contract.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings a mounted pull secret to the host, and says so when the kubelet mounts another one. */
public final class MountedCredentials implements HostCredentials {
    private static final Logger LOG = LoggerFactory.getLogger(MountedCredentials.class);
    /** Of no secret. */
    private static final String UNREADABLE = "\0";

    private final Path directory;
    private final PullSecret secret;
    private final AuthFile file;
    private @Nullable String brought;
    private @Nullable DirectoryWatch watch;

    /**
     * @param secret where the pull secret is mounted; need not exist
     * @param hostRun where the host's {@code /run} is mounted
     * @param hostsOwn the host's lasting auth.json; need not exist
     */
    public MountedCredentials(Path secret, Path hostRun, Path hostsOwn, Json json) {
        this.directory = secret;
        this.secret = new PullSecret(secret, json);
        this.file = new AuthFile(hostRun.resolve("ostree"), hostsOwn, json);
    }

    @Override
    public synchronized String bring() {
        brought = UNREADABLE;
        try {
            String text = secret.text();
            brought = text;
            file.put(secret.auths(text));
            return "";
        } catch (CredentialsException failed) {
            return failed.sentence();
        }
    }

    @Override
    public synchronized boolean changed() {
        return !text().equals(brought);
    }

    /** Where there is nothing to watch, the secret is still read before each pull. */
    @Override
    public synchronized void onChange(Runnable wake) {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try {
            watch = DirectoryWatch.of(directory, wake);
        } catch (IOException unwatched) {
            LOG.warn("{} cannot be watched ({}); the pull secret is read before each pull", directory, unwatched.getMessage());
        }
    }

    @Override
    public synchronized void close() {
        if (watch != null) {
            watch.close();
        }
    }

    private String text() {
        try {
            return secret.text();
        } catch (CredentialsException unreadable) {
            return UNREADABLE;
        }
    }
}
