"""What an image says of itself, and whether it may become a deployment here."""

import json
import os
import platform
import time
from dataclasses import dataclass
from datetime import datetime

from gi.repository import GLib

from . import DESCRIPTION, references
from .errors import Failed

POLICY = "/etc/containers/policy.json"
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
BOOTABLE = ("ostree.bootable", "containers.bootc")
VERSIONS = ("org.opencontainers.image.version", "version")
# Layers up to this one came out of an ostree commit in chunks; without the label all of them are custom.
LAST_CHUNK = "ostree.final-diffid"


@dataclass(frozen=True)
class Layer:
    digest: str
    size: int
    chunk: bool

    @property
    def hex(self):
        return self.digest.partition(":")[2]

    @property
    def ref(self):
        return references.layer_ref(self.digest)


@dataclass(frozen=True)
class Image:
    digest: str
    manifest: str
    config: str
    layers: tuple

    @property
    def facts(self):
        return json.loads(self.config)

    @property
    def labels(self):
        return self.facts.get("config", {}).get("Labels") or {}


def fetch(proxy, opened):
    digest, manifest = proxy.fetch("GetManifest", opened)
    _, config = proxy.fetch("GetFullConfig", opened)
    parts, facts = json.loads(manifest), json.loads(config)
    diff_ids = facts.get("rootfs", {}).get("diff_ids", [])
    last = (facts.get("config", {}).get("Labels") or {}).get(LAST_CHUNK)
    chunks = diff_ids.index(last) + 1 if last in diff_ids else 0
    layers = tuple(Layer(one["digest"], one["size"], index < chunks) for index, one in enumerate(parts["layers"]))
    return Image(digest, manifest.decode(), config.decode(), layers)


def require_fit(image):
    if not any(label in image.labels for label in BOOTABLE):
        raise Failed("Target image does not have ostree.bootable label")
    expected = ARCHITECTURES.get(platform.machine(), platform.machine())
    found = image.facts.get("architecture", "")
    if found != expected:
        raise Failed(f"Image has architecture {found}; expected {expected}")


def require_signatures():
    with open(POLICY, encoding="utf-8") as file:
        default = json.load(file)["default"]
    if default[0]["type"] == "insecureAcceptAnything":
        raise Failed("containers-policy.json specifies a default of `insecureAcceptAnything`; refusing usage")


def commit_metadata(image, kernel):
    metadata = {
        "ostree.manifest-digest": image.digest,
        "ostree.manifest": image.manifest,
        "ostree.container.image-config": image.config,
        "ostree.importer.version": DESCRIPTION,
        # As with the real one, a second import of an image is another commit: compare digests, never checksums.
        "varve.imported": f"{time.time_ns()} {os.getpid()}",
    }
    version = next((image.labels[label] for label in VERSIONS if label in image.labels), None)
    if version:
        metadata["version"] = version
    if kernel:
        metadata["ostree.linux"] = kernel
    variants = {key: GLib.Variant("s", value) for key, value in metadata.items()}
    variants["ostree.bootable"] = GLib.Variant("b", kernel is not None)
    return variants


def created(image):
    """Seconds; an image without a time is as old as time."""
    text = image.facts.get("created")
    return int(datetime.fromisoformat(text[:19] + "+00:00").timestamp()) if text else 0
