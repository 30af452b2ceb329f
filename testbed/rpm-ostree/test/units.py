"""The parts that need no node: names, texts, and what becomes of layers. Needs libostree 2025 (see `units` beside it)."""

import io
import os
import sys
import tarfile
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), ".."))
sys.dont_write_bytecode = True
from varve_rpmostree import container, interfaces, packages, references, texts
from varve_rpmostree.errors import Failed
from varve_rpmostree.importer import transaction
from varve_rpmostree.layer import LayerTree, target
from varve_rpmostree.merge import Merge
from varve_rpmostree.options import Options
from varve_rpmostree.works import changed_arguments
from gi.repository import Gio, GLib, OSTree


def archive(*entries):
    """A tar: `name` ends with / for a directory; a tuple is (name, content), (name, None, symlink or hard link target)."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as tar:
        for entry in entries:
            name, content, *link = (entry, "") if isinstance(entry, str) else entry
            info = tarfile.TarInfo(name.rstrip("/"))
            info.mode = 0o755
            if name.endswith("/"):
                info.type = tarfile.DIRTYPE
            elif link:
                info.type, info.linkname = link
            data = (content or "").encode()
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    raw.seek(0)
    return raw


class Layers(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.repo = OSTree.Repo.new(Gio.File.new_for_path(directory.name))
        self.repo.create(OSTree.RepoMode.BARE, None)

    def layer(self, *entries):
        with transaction(self.repo, None):
            tree = LayerTree(self.repo)
            tree.add_all(archive(*entries))
            return tree.commit({})

    def merged(self, *layers):
        """Path: content, link target or mode of a directory."""
        commits = [self.layer(*layer) for layer in layers]
        with transaction(self.repo, None):
            merge = Merge(self.repo)
            for commit in commits:
                merge.add(commit)
            commit = merge.write({}, 0, None)
        found = {}
        self.walk(self.repo.read_commit(commit, None)[1], "", found)
        return found

    def walk(self, directory, path, found):
        for info in directory.enumerate_children("standard::*,unix::mode", Gio.FileQueryInfoFlags.NOFOLLOW_SYMLINKS, None):
            name = f"{path}/{info.get_name()}"
            child = directory.get_child(info.get_name())
            if info.get_file_type() == Gio.FileType.DIRECTORY:
                found[name] = oct(info.get_attribute_uint32("unix::mode") & 0o7777)
                self.walk(child, name, found)
            elif info.get_file_type() == Gio.FileType.SYMBOLIC_LINK:
                found[name] = info.get_symlink_target()
            else:
                found[name] = child.read(None).read_bytes(64, None).get_data().decode()

    def test_puts_etc_where_ostree_wants_it_and_drops_what_is_no_images(self):
        tree = self.merged([("etc/a", "1"), ("./var/lib/x", "2"), "tmp/", ("run/y", "3"), ("usr/bin/z", "4")])
        self.assertEqual(("1", "4"), (tree["/usr/etc/a"], tree["/usr/bin/z"]))
        self.assertFalse([path for path in tree if path.startswith(("/var/", "/run/", "/etc"))])

    def test_completes_the_top_level(self):
        tree = self.merged([("usr/bin/z", "")])
        self.assertEqual("sysroot/ostree", tree["/ostree"])
        self.assertEqual(("0o1777", "0o755"), (tree["/tmp"], tree["/sysroot"]))

    def test_lets_the_upper_layer_win(self):
        tree = self.merged([("usr/a", "old"), ("usr/b", "kept")], [("usr/a", "new")])
        self.assertEqual(("new", "kept"), (tree["/usr/a"], tree["/usr/b"]))

    def test_keeps_the_mode_of_a_directory_that_a_layer_does_not_speak_of(self):
        tree = self.merged(["usr/", "usr/d/", ("usr/d/a", "1")], [("usr/d/b", "2")])
        self.assertEqual(("0o755", "1", "2"), (tree["/usr/d"], tree["/usr/d/a"], tree["/usr/d/b"]))

    def test_removes_what_is_whited_out(self):
        tree = self.merged([("etc/a", "1"), ("usr/d/b", "2"), ("usr/c", "3")], ["etc/.wh.a", "usr/.wh.d", "usr/.wh.never"])
        self.assertNotIn("/usr/etc/a", tree)
        self.assertFalse([path for path in tree if path.startswith("/usr/d") or ".wh." in path])
        self.assertEqual("3", tree["/usr/c"])

    def test_empties_what_is_opaque(self):
        tree = self.merged([("usr/d/old", "1")], ["usr/d/.wh..wh..opq", ("usr/d/new", "2")])
        self.assertEqual({"/usr/d": "0o755", "/usr/d/new": "2"}, {key: tree[key] for key in tree if key.startswith("/usr/d")})

    def test_lets_files_and_directories_take_each_others_place(self):
        tree = self.merged([("usr/a/b", "1"), ("usr/c", "2")], [("usr/a", "file"), ("usr/c/d", "3")])
        self.assertEqual(("file", "3"), (tree["/usr/a"], tree["/usr/c/d"]))
        self.assertNotIn("/usr/a/b", tree)

    def test_follows_links(self):
        tree = self.merged([
            ("usr/a", "1"), ("usr/hard", None, tarfile.LNKTYPE, "usr/a"), ("usr/soft", None, tarfile.SYMTYPE, "a"),
        ])
        self.assertEqual(("1", "a"), (tree["/usr/hard"], tree["/usr/soft"]))

    def test_imports_a_layer_to_the_same_commit_each_time(self):
        self.assertEqual(self.layer(("usr/a", "1")), self.layer(("usr/a", "1")))

    def test_refuses_paths_that_lead_out(self):
        with self.assertRaises(Failed):
            target("usr/../../etc")

    def test_finds_the_kernel(self):
        layer = self.layer(("usr/lib/modules/6.1/vmlinuz", "k"), "usr/lib/modules/extra/")
        with transaction(self.repo, None):
            merge = Merge(self.repo)
            merge.add(layer)
            self.assertEqual("6.1", merge.kernel())


class Names(unittest.TestCase):
    def test_escapes_references(self):
        self.assertEqual("docker_3A_/_2F_quay_2E_io/a__b-c", references.escape("docker://quay.io/a_b-c"))
        self.assertEqual("ostree/container/blob/sha256_3A_ab", references.layer_ref("sha256:ab"))

    def test_reads_all_spellings_of_a_registry(self):
        same = ("ostree-unverified-registry:h/r", "ostree-unverified-image:registry:h/r",
                "ostree-unverified-image:docker://h/r", "ostree-image-signed:registry:h/r", "ostree-remote-registry:x:h/r")
        self.assertEqual({"docker://h/r"}, {references.parse(one).image for one in same})
        self.assertTrue(references.parse(same[3]).signed)

    def test_writes_sizes_with_a_no_break_space(self):
        self.assertEqual("2.1\u00a0MB", texts.size(2_100_000))

    def test_escapes_the_name_of_a_system(self):
        self.assertEqual("/org/projectatomic/rpmostree1/fedora_coreos", interfaces.os_path("fedora-coreos"))


class Arguments(unittest.TestCase):
    def changed(self, before, added=(), replaced=(), removed=(), **lists):
        options = Options(GLib.Variant("a{sv}", {key.replace("_", "-"): GLib.Variant("as", value) for key, value in lists.items()}))
        return changed_arguments(before, list(added), list(replaced), list(removed), options)

    def test_changes_kernel_arguments(self):
        self.assertEqual(["a", "b"], self.changed(["a"], added=["b"]))
        self.assertEqual(["b"], self.changed(["a", "b"], removed=["a"]))
        self.assertEqual(["a", "c=2"], self.changed(["c=1", "a"], replaced=["c=2"]))
        self.assertEqual(["a", "b"], self.changed(["a"], append_if_missing=["a", "b"]))
        self.assertEqual([], self.changed(["a"], delete_if_present=["a", "b"]))


class Container(unittest.TestCase):
    def test_empties_what_a_build_leaves_and_refuses_a_tree_without_kernel(self):
        with tempfile.TemporaryDirectory() as root:
            for name in ("usr/lib/modules/6", "var/tmp/a/b", "tmp", "run", "var/cache", "var/log"):
                os.makedirs(os.path.join(root, name))
            with self.assertRaises(Failed):
                container.commit(root)
            for name in ("usr/lib/modules/6/vmlinuz", "tmp/x", "var/log/dpkg.log"):
                with open(os.path.join(root, name), "w", encoding="utf-8"):
                    pass
            container.commit(root)
            self.assertEqual([[], [], []], [os.listdir(os.path.join(root, name)) for name in ("tmp", "var/tmp", "var/log")])

    def test_takes_the_first_alternative_of_a_dependency(self):
        self.addCleanup(setattr, packages, "field", packages.field)
        packages.field = lambda path, key: "libc6 (>= 2.38), a | b, c:any" if key == "Depends" else ""
        self.assertEqual(["libc6", "a", "c"], packages.dependencies("x"))


if __name__ == "__main__":
    unittest.main()
