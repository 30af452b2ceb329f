"""`import REPO OCI-LAYOUT-DIR REFERENCE`: fills a repository from a directory, without a daemon or a registry."""

import sys
from contextlib import nullcontext

from gi.repository import Gio, OSTree

from . import references
from .errors import Failed
from .image import fetch, require_fit
from .importer import Importer, failing
from .proxy import ImageProxy

USAGE = "usage: import REPO OCI-LAYOUT-DIR[:TAG] HOST/REPOSITORY@sha256:HEX"


class Printed:
    def message(self, text):
        print(text.replace("\u00a0", " "), flush=True)

    def task(self, text):
        self.message(text)
        return nullcontext()

    def progress_end(self):
        """Nothing to be seen."""


def main(argv):
    if len(argv) != 4 or "@" not in argv[3]:
        print(USAGE, file=sys.stderr)
        return 2
    try:
        commit = run(argv[1], argv[2], argv[3])
    except Failed as failed:
        print(f"error: {failed}", file=sys.stderr)
        return 1
    print(commit)
    return 0


def run(path, layout, pullspec):
    repo = OSTree.Repo.new(Gio.File.new_for_path(path))
    repo.open(None)
    repo.set_disable_fsync(True)
    ref = references.parse("ostree-unverified-registry:" + pullspec).ref
    wanted = pullspec.partition("@")[2]
    with failing(f"Importing {layout}", None), ImageProxy() as proxy:
        opened, _, _ = proxy.call("OpenImage", "oci:" + layout)
        image = fetch(proxy, opened)
        if image.digest != wanted:
            raise Failed(f"{layout} holds {image.digest}, not {wanted}")
        require_fit(image)
        return Importer(repo, Printed()).import_image(proxy, opened, image, ref)
