"""One layer of an image as an ostree commit: what its tar holds, in the places where ostree wants it. Whiteouts stay
what they are, empty files with a speaking name, until layers are merged."""

import gzip
import io
import stat
import tarfile

from gi.repository import Gio, GLib, OSTree

from .errors import Failed, check

# What lies below these is of a running system, not of an image; /var is the node's own from its first boot on.
DROPPED = {"dev", "proc", "run", "sys", "tmp", "var", "sysroot"}
# Of a directory that the tar does not speak of: such a mode is no layer's, and a merge keeps what lies below.
UNTOLD_MODE = stat.S_IFDIR
GZIP = b"\x1f\x8b"
READ_AHEAD = 1 << 20


class LayerTree:
    """Collects a layer. All writing happens within the caller's ostree transaction."""

    def __init__(self, repo, cancellable=None):
        self._repo = repo
        self._cancellable = cancellable
        self._root = OSTree.MutableTree.new()
        self._directories = {"": self._root}
        self._files = {}
        self._root.set_metadata_checksum(directory_metadata(repo, UNTOLD_MODE, 0, 0))

    def add_all(self, pipe):
        """Reads the pipe to its end, also behind the tar: only then its digest is known to whoever writes it."""
        source = io.BufferedReader(pipe, READ_AHEAD) if not isinstance(pipe, io.BufferedReader) else pipe
        content = gzip.GzipFile(fileobj=source) if source.peek(2)[:2] == GZIP else source
        with tarfile.open(fileobj=content, mode="r|", bufsize=READ_AHEAD) as archive:
            for entry in archive:
                check(self._cancellable)
                path = target(entry.name)
                if path is not None:
                    self._add(path, entry, archive)
        while content.read(READ_AHEAD) or source.read(READ_AHEAD):
            pass

    def commit(self, metadata):
        _, root = self._repo.write_mtree(self._root, self._cancellable)
        variant = GLib.Variant("a{sv}", metadata)
        # No time: the same layer is the same commit.
        return self._repo.write_commit_with_time(None, "", None, variant, root, 0, self._cancellable)[1]

    def _add(self, path, entry, archive):
        if entry.isdir():
            mode = stat.S_IFDIR | entry.mode
            self._directory(path).set_metadata_checksum(directory_metadata(self._repo, mode, entry.uid, entry.gid))
            return
        if entry.islnk():
            checksum = self._files.get(target(entry.linkname))
            if checksum is None:
                raise Failed(f"ostree-tar: hard link {entry.name} to {entry.linkname}, which the layer does not hold")
        elif entry.issym():
            checksum = self._repo.write_symlink(None, entry.uid, entry.gid, None, entry.linkname, self._cancellable)
        elif entry.isreg():
            mode = stat.S_IFREG | entry.mode
            content = archive.extractfile(entry).read()
            checksum = self._repo.write_regfile_inline(
                None, entry.uid, entry.gid, mode, None, content, self._cancellable
            )
        else:
            # Devices, pipes: ostree does not keep them, and a node makes its own.
            return
        self._files[path] = checksum
        parent, _, name = path.rpartition("/")
        self._directory(parent).replace_file(name, checksum)

    def _directory(self, path):
        known = self._directories.get(path)
        if known is None:
            parent, _, name = path.rpartition("/")
            _, known = self._directory(parent).ensure_dir(name)
            known.set_metadata_checksum(directory_metadata(self._repo, UNTOLD_MODE, 0, 0))
            self._directories[path] = known
        return known


def target(name):
    """Where a path of the tar belongs, None where it is dropped. ostree's default for /etc is /usr/etc."""
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise Failed(f"ostree-tar: {name} leads out of the tree")
    if parts and parts[0] in DROPPED and len(parts) > 1:
        return None
    if parts and parts[0] == "etc":
        parts.insert(0, "usr")
    return "/".join(parts)


def directory_metadata(repo, mode, uid, gid):
    info = Gio.FileInfo()
    info.set_attribute_uint32("unix::mode", mode)
    info.set_attribute_uint32("unix::uid", uid)
    info.set_attribute_uint32("unix::gid", gid)
    variant = OSTree.create_directory_metadata(info, None)
    _, checksum = repo.write_metadata(OSTree.ObjectType.DIR_META, None, variant, None)
    return bytes(checksum).hex()
