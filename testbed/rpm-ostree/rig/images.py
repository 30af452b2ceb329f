"""images.py REPOSITORY FACTORY-DIGEST DIRECTORY: makes the small images of the rig as OCI layouts, pushes them with skopeo, and
writes DIRECTORY/images.properties."""

import gzip
import hashlib
import io
import json
import os
import random
import subprocess
import sys
import tarfile
import time
import urllib.request

KIB = 1 << 10
MANIFEST = "application/vnd.oci.image.manifest.v1+json"


def tar(files):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o644
            archive.addfile(entry, io.BytesIO(content))
    return data.getvalue()


def noise(name, size):
    return random.Random(name).randbytes(size)


def tree(kernel):
    """What libostree wants of a deployment."""
    files = {
        "usr/lib/os-release": b"ID=alone\nPRETTY_NAME='Small image of a test'\nVERSION_ID=2\n",
        "usr/etc/motd": b"a small image\n",
    }
    if kernel:
        files["usr/lib/modules/1.0/vmlinuz"] = b"not a kernel\n"
        files["usr/lib/modules/1.0/initramfs.img"] = b"not an initramfs\n"
    return tar(files)


class Layout:
    def __init__(self, path):
        self._blobs = os.path.join(path, "blobs/sha256")
        self.path = path
        os.makedirs(self._blobs)

    def add(self, media, content):
        digest = hashlib.sha256(content).hexdigest()
        with open(os.path.join(self._blobs, digest), "wb") as file:
            file.write(content)
        return {"mediaType": media, "digest": "sha256:" + digest, "size": len(content)}

    def image(self, layers, labels, architecture):
        """Layers as tar archives; the last one is on top of the chunks. Returns the digest."""
        descriptors = [self.add("application/vnd.oci.image.layer.v1.tar+gzip", gzip.compress(one, 1, mtime=0)) for one in layers]
        diffs = ["sha256:" + hashlib.sha256(one).hexdigest() for one in layers]
        config = {
            "created": "2024-08-20T14:40:42Z", "architecture": architecture, "os": "linux",
            "config": {"Labels": {"ostree.final-diffid": diffs[-2], "org.opencontainers.image.version": "2", **labels}},
            "rootfs": {"type": "layers", "diff_ids": diffs},
        }
        manifest = {
            "schemaVersion": 2, "mediaType": MANIFEST, "layers": descriptors,
            "config": self.add("application/vnd.oci.image.config.v1+json", json.dumps(config).encode()),
        }
        made = self.add(MANIFEST, json.dumps(manifest).encode())
        made["annotations"] = {"org.opencontainers.image.ref.name": "image"}
        with open(os.path.join(self.path, "index.json"), "w", encoding="ascii") as file:
            json.dump({"schemaVersion": 2, "manifests": [made]}, file)
        with open(os.path.join(self.path, "oci-layout"), "w", encoding="ascii") as file:
            file.write('{"imageLayoutVersion":"1.0.0"}')
        return made["digest"], [one["digest"] for one in descriptors]


class Images:
    def __init__(self, repository, directory):
        self._repository = repository
        self._directory = directory
        self.made = {}

    def add(self, name, layers, labels=None, architecture="amd64"):
        layout = Layout(f"{self._directory}/images/{name}")
        digest, blobs = layout.image(layers, {"ostree.bootable": "1"} if labels is None else labels, architecture)
        subprocess.run(
            ["skopeo", "copy", "-q", "--preserve-digests", "--insecure-policy", "--dest-tls-verify=false",
             f"oci:{layout.path}:image", f"docker://{self._repository}:{name}"], check=True,
        )
        self.made[name] = f"{self._repository}@{digest}"
        return blobs


def serve(directory):
    registry = subprocess.Popen([f"{directory}/docker-registry", "serve", f"{directory}/registry.yaml"])
    for _ in range(600):
        try:
            urllib.request.urlopen("http://127.0.0.1/v2/", timeout=5).close()
            return registry
        except OSError:
            time.sleep(0.05)
    raise SystemExit("docker-registry does not answer")


def main(repository, factory, directory):
    registry = serve(directory)
    try:
        images = Images(repository, directory)
        chunks = [tree(True), tar({"usr/share/chunk": noise("chunk", 300 * KIB)})]
        images.add("image", [*chunks, tar({"usr/share/one": noise("one", 100 * KIB)})])
        images.add("otherImage", [*chunks, tar({"usr/share/other": noise("other", 100 * KIB)})])
        images.add("unbootableImage", [*chunks, tar({"usr/share/plain": b""})], labels={})
        images.add("imageOfOtherArchitecture", [*chunks, tar({"usr/share/foreign": b""})], architecture="arm64")
    finally:
        registry.terminate()
        registry.wait()
    images.made["factory"] = f"{repository}@{factory}"
    images.made["missingImage"] = f"{repository}@sha256:{'0' * 64}"
    with open(f"{directory}/images.properties", "w", encoding="ascii") as file:
        file.writelines(f"{name}={pullspec}\n" for name, pullspec in images.made.items())


main(*sys.argv[1:])
