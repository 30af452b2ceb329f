"""Deployments as the dictionaries that rpm-ostree shows on the bus."""

from gi.repository import GLib, OSTree

from . import sysroot as roots

NEVER_LAYERED = (
    "packages",
    "requested-packages",
    "requested-local-packages",
    "requested-local-fileoverride-packages",
    "requested-base-removals",
    "requested-base-local-replacements",
)
UNLOCKED = {
    OSTree.DeploymentUnlockedState.NONE: "none",
    OSTree.DeploymentUnlockedState.DEVELOPMENT: "development",
    OSTree.DeploymentUnlockedState.HOTFIX: "hotfix",
    OSTree.DeploymentUnlockedState.TRANSIENT: "transient",
}


def deployment(root, one):
    """Values are variants; the commit's own metadata is among them."""
    _, commit, _ = root.repo.load_commit(one.get_csum())
    metadata = commit.get_child_value(0)
    booted = root.booted
    dictionary = {
        "id": text(roots.deployment_id(one)),
        "osname": text(one.get_osname()),
        "serial": GLib.Variant("i", one.get_deployserial()),
        "checksum": text(one.get_csum()),
        "timestamp": GLib.Variant("t", OSTree.commit_get_timestamp(commit)),
        "unlocked": text(UNLOCKED[one.get_unlocked()]),
        "booted": GLib.Variant("b", booted is not None and one.equal(booted)),
        "staged": GLib.Variant("b", one.is_staged()),
        "pinned": GLib.Variant("b", one.is_pinned()),
        "regenerate-initramfs": GLib.Variant("b", False),
        "base-removals": GLib.Variant("av", []),
        "base-local-replacements": GLib.Variant("a(vv)", []),
        "base-commit-meta": metadata,
    }
    for key in NEVER_LAYERED:
        dictionary[key] = GLib.Variant("as", [])
    version = metadata.lookup_value("version", GLib.VariantType("s"))
    if version is not None:
        dictionary["version"] = version
    reference = roots.reference(one)
    if reference is not None:
        dictionary["container-image-reference"] = text(reference)
    digest = root.digest(one)
    if digest is not None:
        dictionary["container-image-reference-digest"] = text(digest)
    return dictionary


def sysroot(root, os_path):
    return {
        "Booted": GLib.Variant("o", os_path if root.booted is not None else "/"),
        "Path": text("/"),
        "AutomaticUpdatePolicy": text("none"),
        "Deployments": GLib.Variant("aa{sv}", [deployment(root, one) for one in root.deployments]),
    }


def os(root):
    deployments = root.deployments
    return {
        "Name": text(root.osname),
        "BootedDeployment": optional(root, root.booted),
        "DefaultDeployment": optional(root, deployments[0] if deployments else None),
        # Nothing to roll back to as long as the booted one is the last.
        "RollbackDeployment": optional(root, root.rollback),
        "CachedUpdate": GLib.Variant("a{sv}", {}),
        "HasCachedUpdateRpmDiff": GLib.Variant("b", False),
    }


def optional(root, one):
    return GLib.Variant("a{sv}", deployment(root, one) if one is not None else {})


def text(value):
    return GLib.Variant("s", value)
