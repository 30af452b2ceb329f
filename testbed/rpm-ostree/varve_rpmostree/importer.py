"""Brings an image into an ostree repository: the layers that are missing, each under a ref of its own, and a merge
commit of them all under the image's ref. Messages and failures as in rpm-ostree's pulls of container images."""

import tarfile
import zlib
from contextlib import ExitStack, contextmanager

from gi.repository import GLib

from . import DESCRIPTION, references, texts
from .errors import Failed, check, text_of
from .image import commit_metadata, created, fetch, require_fit, require_signatures
from .layer import LayerTree
from .merge import Merge
from .proxy import ImageProxy, ProxyError

# What a layer that ends early, is damaged or finds no room makes of its reader.
UNREADABLE = (OSError, EOFError, GLib.Error, Failed, ValueError, tarfile.TarError, zlib.error)
# The real one has another process write the layer.
TAR_FAILED = ": Processing tar: Failed to commit tar: ExitStatus(unix_wait_status(256))"


class Importer:
    """`progress` has message(text), task(text) as a context, and progress_end()."""

    def __init__(self, repo, progress, cancellable=None):
        self._repo = repo
        self._progress = progress
        self._cancellable = cancellable

    def pull(self, refspec):
        """Returns the checksum of the merge commit. Asks the registry even where the image is there, as v2025.8 does."""
        reference = references.parse(refspec)
        shown = references.shown(refspec)
        self._progress.message("Pulling manifest: " + shown)
        with ExitStack() as stack:
            with failing("Creating importer", self._cancellable):
                proxy = stack.enter_context(ImageProxy(self._cancellable))
                opened, _, _ = proxy.call("OpenImage", reference.image)
            with failing("Preparing import: Fetching manifest", self._cancellable):
                if reference.signed:
                    require_signatures()
                image = fetch(proxy, opened)
                require_fit(image)
            present = self._present(reference.ref, image.digest)
            if present:
                return present
            self._progress.message(f"Importing: {shown} (digest: {image.digest})")
            with failing("Importing", self._cancellable):
                commit = self.import_image(proxy, opened, image, reference.ref)
        self._progress.progress_end()
        return commit

    def import_image(self, proxy, opened, image, ref):
        missing = [layer for layer in image.layers if self._resolve(layer.ref) is None]
        self._announce("ostree chunk", [layer for layer in image.layers if layer.chunk], missing)
        self._announce("custom", [layer for layer in image.layers if not layer.chunk], missing)
        for index, layer in enumerate(missing):
            with self._progress.task(texts.fetching(index, len(missing), layer)):
                self._fetch(proxy, opened, layer)
        check(self._cancellable)
        return self._merge(image, ref)

    def _fetch(self, proxy, opened, layer):
        """In an ostree transaction of its own: what has been fetched stays when a later layer fails."""
        _, pipe, pipe_id = proxy.call("GetBlob", opened, layer.digest, layer.size)
        with failing(f"Parsing layer blob {layer.digest}", self._cancellable), transaction(self._repo, self._cancellable):
            tree = LayerTree(self._repo, self._cancellable)
            broken = None
            try:
                with proxy.finishing(pipe_id), pipe:
                    try:
                        tree.add_all(pipe)
                    except UNREADABLE as error:
                        broken = error
            except ProxyError as failed:
                both = f" and client error: {text_of(broken)}" if broken else ""
                raise Failed(f"proxy failure: {failed}{both}") from failed
            check(self._cancellable)
            if broken:
                raise Failed(f"error: ostree-tar: {text_of(broken)}{TAR_FAILED}") from broken
            commit = tree.commit({"ostree.importer.version": GLib.Variant("s", DESCRIPTION)})
            self._repo.transaction_set_ref(None, layer.ref, commit)

    def _merge(self, image, ref):
        with transaction(self._repo, self._cancellable):
            merge = Merge(self._repo)
            for layer in image.layers:
                merge.add(self._resolve(layer.ref))
            commit = merge.write(commit_metadata(image, merge.kernel()), created(image), self._cancellable)
            self._repo.transaction_set_ref(None, ref, commit)
        return commit

    def _present(self, ref, digest):
        commit = self._resolve(ref)
        return commit if commit and manifest_digest(self._repo, commit) == digest else None

    def _resolve(self, ref):
        return self._repo.resolve_rev(ref, True)[1]

    def _announce(self, kind, layers, missing):
        needed = [layer for layer in layers if layer in missing]
        if len(needed) < len(layers):
            self._progress.message(f"{kind} layers already present: {len(layers) - len(needed)}")
        if needed:
            self._progress.message(f"{kind} layers needed: {len(needed)} ({texts.size(sum(one.size for one in needed))})")


@contextmanager
def failing(what, cancellable):
    """Failures within get `what` in front, from the inside out."""
    try:
        yield
    except (ProxyError, GLib.Error, OSError, Failed) as error:
        check(cancellable)
        raise Failed(f"{what}: {text_of(error)}") from error


@contextmanager
def transaction(repo, cancellable):
    repo.prepare_transaction(cancellable)
    try:
        yield
        repo.commit_transaction(cancellable)
    except BaseException:
        repo.abort_transaction(None)
        raise


def manifest_digest(repo, commit):
    """None where the commit was not imported from an image."""
    _, variant, _ = repo.load_commit(commit)
    digest = variant.get_child_value(0).lookup_value("ostree.manifest-digest", GLib.VariantType("s"))
    return digest.get_string() if digest else None
