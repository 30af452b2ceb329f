"""Lays the layers of an image on each other. Only names and checksums are touched, never a file's content, so that
600 MB take a second."""

import stat

from gi.repository import GLib, OSTree

from .layer import UNTOLD_MODE, directory_metadata

WHITEOUT = ".wh."
OPAQUE = ".wh..wh..opq"
# Every deployment needs them, whether or not the image has them.
TOP_LEVEL = {"boot": 0o755, "dev": 0o755, "proc": 0o755, "run": 0o755, "sys": 0o755, "sysroot": 0o755, "tmp": 0o1777, "var": 0o755}


class Merge:
    """Begins empty; layers go on from the lowest to the highest."""

    def __init__(self, repo):
        self._repo = repo
        self._default = directory_metadata(repo, stat.S_IFDIR | 0o755, 0, 0)
        self._untold = directory_metadata(repo, UNTOLD_MODE, 0, 0)
        self._root = OSTree.MutableTree.new()
        self._root.set_metadata_checksum(self._default)

    def add(self, commit):
        _, variant, _ = self._repo.load_commit(commit)
        contents, metadata = (bytes(variant.get_child_value(index).get_data_as_bytes().get_data()).hex() for index in (6, 7))
        self._overlay(self._root, contents, metadata)

    def write(self, metadata, time, cancellable):
        """Returns the merge commit's checksum."""
        self._complete()
        _, root = self._repo.write_mtree(self._root, cancellable)
        return self._repo.write_commit_with_time(
            None, "", None, GLib.Variant("a{sv}", metadata), root, time, cancellable
        )[1]

    def kernel(self):
        """The version of its kernel, None without one."""
        at = self._root
        for name in ("usr", "lib", "modules"):
            at = at.get_subdirs().get(name)
            if at is None:
                return None
        return next((name for name, tree in at.get_subdirs().items() if "vmlinuz" in tree.get_files()), None)

    def _overlay(self, tree, contents, metadata):
        if metadata != self._untold:
            tree.set_metadata_checksum(metadata)
        files, directories = self._load(contents)
        below_files, below_directories = tree.get_files(), tree.get_subdirs()
        hidden = {name[len(WHITEOUT):] for name, _ in files if name.startswith(WHITEOUT) and name != OPAQUE}
        if any(name == OPAQUE for name, _ in files):
            hidden.update(below_files, below_directories)
        # What changes its kind has to go first.
        hidden.update(name for name, _ in files if name in below_directories)
        hidden.update(name for name, _, _ in directories if name in below_files)
        for name in hidden:
            tree.remove(name, True)
        for name, checksum in files:
            if not name.startswith(WHITEOUT):
                tree.replace_file(name, checksum)
        for name, below, meta in directories:
            _, child = tree.ensure_dir(name)
            if name not in below_directories or name in hidden:
                child.set_metadata_checksum(self._default)
            self._overlay(child, below, meta)

    def _load(self, contents):
        _, variant = self._repo.load_variant(OSTree.ObjectType.DIR_TREE, contents)
        files, directories = variant.unpack()
        return (
            [(name, bytes(checksum).hex()) for name, checksum in files],
            [(name, bytes(below).hex(), bytes(meta).hex()) for name, below, meta in directories],
        )

    def _complete(self):
        files, directories = self._root.get_files(), self._root.get_subdirs()
        for name, mode in TOP_LEVEL.items():
            if name not in directories and name not in files:
                _, child = self._root.ensure_dir(name)
                child.set_metadata_checksum(directory_metadata(self._repo, stat.S_IFDIR | mode, 0, 0))
        if "ostree" not in files and "ostree" not in directories:
            self._root.replace_file("ostree", self._repo.write_symlink(None, 0, 0, None, "sysroot/ostree", None))
