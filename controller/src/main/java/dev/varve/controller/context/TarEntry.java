package dev.varve.controller.context;

import dev.varve.controller.decide.render.ImagePath;
import java.util.Optional;

/**
 * One entry of a tar.
 *
 * @param path relative, without a leading slash
 * @param mode permission bits, including setuid, setgid and sticky
 * @param content empty for a directory and for a link
 * @param link target of a symbolic link
 */
record TarEntry(Kind kind, String path, int mode, Owner owner, byte[] content, Optional<String> link) {
    private static final int MODES = 07777;

    enum Kind {
        File('0'),
        Link('2'),
        Directory('5');

        private final char flag;

        Kind(char flag) {
            this.flag = flag;
        }

        char flag() {
            return flag;
        }
    }

    /** By number, and by name where the number is not known before the image is built: a name is looked up there. */
    record Owner(int uid, int gid, String user, String group) {
        static final Owner ROOT = new Owner(0, 0, "root", "root");
    }

    TarEntry {
        if (!ImagePath.valid("/" + path)) {
            throw new ContextException("path \"" + path + "\" leaves the image; want one without . or .. in it");
        }
        if ((mode & ~MODES) != 0) {
            throw new ContextException("mode " + Integer.toOctalString(mode) + " of " + path + " is more than permission bits");
        }
    }

    static TarEntry file(String path, int mode, Owner owner, byte[] content) {
        return new TarEntry(Kind.File, path, mode, owner, content, Optional.empty());
    }

    static TarEntry directory(String path, int mode, Owner owner) {
        return new TarEntry(Kind.Directory, path, mode, owner, new byte[0], Optional.empty());
    }

    static TarEntry link(String path, String target, Owner owner) {
        return new TarEntry(Kind.Link, path, 0777, owner, new byte[0], Optional.of(target));
    }
}
