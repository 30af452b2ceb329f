package dev.varve.agent.credentials;

import dev.varve.contract.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings mounted pull secrets to the host, and says so when the kubelet mounts another one. */
public final class MountedCredentials implements HostCredentials {
    private static final Logger LOG = LoggerFactory.getLogger(MountedCredentials.class);
    /** Of no secret. */
    private static final String UNREADABLE = "\0";

    private final List<PullSecret> secrets;
    private final AuthFile file;
    private final List<DirectoryWatch> watches = new ArrayList<>();
    private @Nullable String brought;

    /**
     * @param secrets where pull secrets are mounted; need not exist; for the same key a later one counts
     * @param hostRun where the host's {@code /run} is mounted
     * @param hostsOwn the host's lasting auth.json; need not exist
     */
    public MountedCredentials(List<Path> secrets, Path hostRun, Path hostsOwn, Json json) {
        this.secrets = secrets.stream().map(directory -> new PullSecret(directory, json)).toList();
        this.file = new AuthFile(hostRun.resolve("ostree"), hostsOwn, json);
    }

    @Override
    public synchronized String bring() {
        brought = UNREADABLE;
        try {
            List<String> texts = texts();
            brought = one(texts);
            var auths = new LinkedHashMap<String, Object>();
            for (int i = 0; i < texts.size(); i++) {
                auths.putAll(secrets.get(i).auths(texts.get(i)));
            }
            file.put(auths);
            return "";
        } catch (CredentialsException failed) {
            return failed.sentence();
        }
    }

    @Override
    public synchronized boolean changed() {
        return !text().equals(brought);
    }

    /** Where there is nothing to watch, the secrets are still read before each pull. */
    @Override
    public synchronized void onChange(Runnable wake) {
        for (PullSecret secret : secrets) {
            if (Files.isDirectory(secret.directory())) {
                watch(secret.directory(), wake);
            }
        }
    }

    @Override
    public synchronized void close() {
        watches.forEach(DirectoryWatch::close);
        watches.clear();
    }

    private void watch(Path directory, Runnable wake) {
        try {
            watches.add(DirectoryWatch.of(directory, wake));
        } catch (IOException unwatched) {
            LOG.warn("{} cannot be watched ({}); the pull secret is read before each pull", directory, unwatched.getMessage());
        }
    }

    private String text() {
        try {
            return one(texts());
        } catch (CredentialsException unreadable) {
            return UNREADABLE;
        }
    }

    private List<String> texts() throws CredentialsException {
        var texts = new ArrayList<String>();
        for (PullSecret secret : secrets) {
            texts.add(secret.text());
        }
        return texts;
    }

    private static String one(List<String> texts) {
        return String.join("\0\0", texts);
    }
}
