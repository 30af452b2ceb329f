"""Removes images that no deployment comes from, layers that no image has, and then the objects that nobody needs."""

import json

from gi.repository import GLib, OSTree

from . import references, sysroot, texts


def prune(root, progress, cancellable):
    """The messages are rpm-ostree's; each only where there is something to say."""
    root.ostree.cleanup(cancellable)
    images = unused_images(root)
    for ref in images:
        root.repo.set_ref_immediate(None, ref, None, cancellable)
    layers = unused_layers(root.repo)
    for ref in layers:
        root.repo.set_ref_immediate(None, ref, None, cancellable)
    if images or layers:
        progress.message(f"Pruned images: {len(images)} (layers: {len(layers)})")
    _, _, _, freed = root.repo.prune(OSTree.RepoPruneFlags.REFS_ONLY, 0, cancellable)
    if freed:
        progress.message(f"Freed: {texts.size(freed)}")


def unused_images(root):
    origins = (sysroot.reference(one) for one in root.deployments)
    used = {references.parse(origin).ref for origin in origins if origin is not None}
    return [ref for ref in refs(root.repo, references.IMAGES) if ref not in used]


def unused_layers(repo):
    used = set()
    for commit in refs(repo, references.IMAGES).values():
        _, variant, _ = repo.load_commit(commit)
        manifest = variant.get_child_value(0).lookup_value("ostree.manifest", GLib.VariantType("s"))
        if manifest is not None:
            used.update(references.layer_ref(one["digest"]) for one in json.loads(manifest.get_string())["layers"])
    return [ref for ref in refs(repo, references.LAYERS) if ref not in used]


def refs(repo, prefix):
    """Full names and what they point at."""
    return repo.list_refs_ext(prefix, OSTree.RepoListRefsExtFlags.NONE, None)[1]
