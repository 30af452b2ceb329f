package dev.varve.controller.context;

import dev.varve.contract.Tree;
import dev.varve.controller.decide.render.DataUrl;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/** The files that a rendered config puts into the image. */
final class RootFiles {
    private static final int FILE_MODE = 0644;
    private static final int DIRECTORY_MODE = 0755;
    private static final String SSH = "/var/home/core/.ssh";

    private final SortedMap<String, TarEntry> entries = new TreeMap<>();
    private final RuntimeFiles runtime = new RuntimeFiles();
    private final int limit;

    private RootFiles(int limit) {
        this.limit = limit;
    }

    /**
     * @param config Ignition config of the rendered MachineConfig
     * @param limit most bytes that one file may have once it is unpacked
     */
    static List<TarEntry> of(Tree config, int limit) {
        var files = new RootFiles(limit);
        Tree storage = config.at("storage");
        // Directories first: systemd-tmpfiles would make a missing one itself, but as root's.
        storage.at("directories").list().forEach(files::directory);
        storage.at("files").list().forEach(files::file);
        storage.at("links").list().forEach(files::link);
        Units.of(config.at("systemd").at("units")).forEach(files::put);
        config.at("passwd").at("users").list().forEach(files::keys);
        files.runtime.entry().ifPresent(files::put);
        return List.copyOf(files.entries.values());
    }

    private void file(Tree file) {
        String path = file.at("path").string("");
        int mode = file.at("mode").integer().orElse(FILE_MODE);
        byte[] content = content(path, file.at("contents"));
        if (RuntimeFiles.holds(path)) {
            runtime.file(path, mode, owner(file.at("user")), owner(file.at("group")), content);
        } else {
            put(TarEntry.file(path.substring(1), mode, owners(file), content));
        }
    }

    private void directory(Tree directory) {
        String path = directory.at("path").string("");
        int mode = directory.at("mode").integer().orElse(DIRECTORY_MODE);
        if (RuntimeFiles.holds(path)) {
            runtime.directory(path, mode, owner(directory.at("user")), owner(directory.at("group")));
        } else {
            put(TarEntry.directory(path.substring(1), mode, owners(directory)));
        }
    }

    private void link(Tree link) {
        String path = link.at("path").string("");
        String target = link.at("target").string("");
        if (RuntimeFiles.holds(path)) {
            runtime.link(path, target);
        } else {
            put(TarEntry.link(path.substring(1), target, owners(link)));
        }
    }

    /** Where sshd of a CoreOS host looks for the keys that Ignition brought. */
    private void keys(Tree user) {
        String keys = user.at("sshAuthorizedKeys").list().stream().map(key -> key.string("") + "\n").collect(Collectors.joining());
        if (!keys.isEmpty()) {
            runtime.directory(SSH, 0700, "core", "core");
            runtime.directory(SSH + "/authorized_keys.d", 0700, "core", "core");
            runtime.file(SSH + "/authorized_keys.d/ignition", 0600, "core", "core", keys.getBytes(StandardCharsets.UTF_8));
        }
    }

    private void put(TarEntry entry) {
        entries.put(entry.path(), entry);
    }

    private byte[] content(String path, Tree contents) {
        byte[] bytes = DataUrl.bytes(contents.at("source").string(""));
        if (!contents.at("compression").string("").equals("gzip")) {
            return bytes;
        }
        try (var unpacked = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            byte[] plain = unpacked.readNBytes(limit + 1);
            if (plain.length > limit) {
                throw new ContextException("file " + path + " unpacks to more than " + limit
                        + " bytes; put it into the image by the Containerfile");
            }
            return plain;
        } catch (IOException broken) {
            throw new ContextException("file " + path + " is marked as gzip and cannot be unpacked: " + broken.getMessage());
        }
    }

    private static TarEntry.Owner owners(Tree entry) {
        Tree user = entry.at("user");
        Tree group = entry.at("group");
        int uid = user.at("id").integer().orElse(0);
        int gid = group.at("id").integer().orElse(0);
        // A number alone must not be overruled by a name that we would have made up.
        return new TarEntry.Owner(
                uid, gid, user.at("name").string(uid == 0 ? "root" : ""), group.at("name").string(gid == 0 ? "root" : ""));
    }

    private static String owner(Tree who) {
        return who.at("name").text().or(() -> who.at("id").integer().map(String::valueOf)).orElse("root");
    }
}
