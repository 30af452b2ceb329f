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
MIB = 1 << 20
MANY = 3000
INDEX = "application/vnd.oci.image.index.v1+json"
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


def noises(*names):
    return [tar({"usr/share/noise": noise(name, 300 * KIB)}) for name in names]


def many(name):
    """Sent in a moment, as nothing but names and short texts of few words; unpacked one by one."""
    words = [f"{name}-{number}" for number in range(MANY)]
    return tar({f"usr/share/{name}/{word}": word.encode() for word in words})


def tree(kernel):
    """What libostree wants of a deployment."""
    files = {
        "usr/lib/os-release": b"ID=alone\nPRETTY_NAME='Small image of a test'\nVERSION_ID=2\n",
        "usr/etc/motd": b"a small image\n",
    }
    if kernel:
        files["usr/lib/modules/1.0/vmlinuz"] = noise("kernel", 8 * KIB)
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

    def image(self, layers, labels, architecture, level):
        """Layers as tar archives; the last one is on top of the chunks. Returns the digest."""
        descriptors = [self.add("application/vnd.oci.image.layer.v1.tar+gzip", gzip.compress(one, level, mtime=0)) for one in layers]
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

    def add(self, name, layers, labels=None, architecture="amd64", level=1):
        """Returns the digests of its layers."""
        layout = Layout(f"{self._directory}/images/{name}")
        digest, blobs = layout.image(layers, {"ostree.bootable": "1"} if labels is None else labels, architecture, level)
        subprocess.run(
            ["skopeo", "copy", "-q", "--preserve-digests", "--insecure-policy", "--dest-tls-verify=false",
             f"oci:{layout.path}:image", f"docker://{self._repository}:{name}"], check=True,
        )
        self.made[name] = f"{self._repository}@{digest}"
        return blobs

    def index(self, name, of):
        """As a build for several architectures pushes it."""
        host, _, path = self._repository.partition("/")
        manifests = [self._described(host, path, one, architecture) for one, architecture in of.items()]
        index = json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests}).encode()
        put = urllib.request.Request(
            f"http://{host}/v2/{path}/manifests/{name}", index, {"Content-Type": INDEX}, method="PUT"
        )
        urllib.request.urlopen(put, timeout=30).close()
        self.made[name] = f"{self._repository}@sha256:{hashlib.sha256(index).hexdigest()}"

    def _described(self, host, path, name, architecture):
        digest = self.made[name].partition("@")[2]
        get = urllib.request.Request(f"http://{host}/v2/{path}/manifests/{digest}", headers={"Accept": MANIFEST})
        with urllib.request.urlopen(get, timeout=30) as answer:
            size = len(answer.read())
        platform = {"architecture": architecture, "os": "linux"}
        return {"mediaType": MANIFEST, "digest": digest, "size": size, "platform": platform}

    def blob(self, digest):
        """Where docker-registry keeps it."""
        hex_digits = digest.partition(":")[2]
        return f"{self._directory}/registry/docker/registry/v2/blobs/sha256/{hex_digits[:2]}/{hex_digits}/data"


def serve(directory):
    registry = subprocess.Popen([f"{directory}/docker-registry", "serve", f"{directory}/registry.yaml"])
    for _ in range(600):
        try:
            urllib.request.urlopen("http://127.0.0.1/v2/", timeout=5).close()
            return registry
        except OSError:
            time.sleep(0.05)
    raise SystemExit("docker-registry does not answer")


def corrupt(path):
    """Something of the same kind and size instead."""
    wrong = gzip.compress(*noises("wrong"), 0, mtime=0)
    if len(wrong) != os.path.getsize(path):
        raise SystemExit(f"{path} would be of another size")
    with open(path, "wb") as file:
        file.write(wrong)


def main(repository, factory, directory):
    registry = serve(directory)
    try:
        images = Images(repository, directory)
        chunks = [tree(True), tar({"usr/share/chunk": noise("chunk", 300 * KIB)})]
        images.add("image", [*chunks, *noises("one")])
        images.add("otherImage", [*chunks, *noises("other")])
        images.add("unbootableImage", [*chunks, tar({"usr/share/plain": b""})], labels={})
        images.add("imageOfOtherArchitecture", [*chunks, tar({"usr/share/foreign": b""})], architecture="arm64")
        images.add("imageWithoutKernel", [tree(False), *noises("a chunk", "no kernel")])
        images.add("slowImage", [tar({"usr/share/large": noise("large", 64 * MIB)}), *chunks, *noises("slow")], level=0)
        images.add("imageSlowToUnpack", [many("first"), many("second"), *chunks, *noises("slow to unpack")])
        images.index("indexOfImage", {"imageOfOtherArchitecture": "arm64", "image": "amd64"})
        os.unlink(images.blob(images.add("imageWithoutLayer", [tree(True), *noises("missing", "on top of it")])[1]))
        corrupt(images.blob(images.add("corruptImage", [tree(True), *noises("right", "on top of right")], level=0)[1]))
    finally:
        registry.terminate()
        registry.wait()
    images.made["factory"] = f"{repository}@{factory}"
    image = images.made["image"].partition("/")[2]
    images.made["tagOfImage"] = f"{repository}:image"
    images.made["privateImage"] = f"private.example:5000/{image}"
    images.made["unreachableImage"] = f"nobody-listens.example:5001/{image}"
    images.made["imageAtUnknownName"] = f"nobody-knows.example/{image}"
    images.made["missingImage"] = f"{repository}@sha256:{'0' * 64}"
    with open(f"{directory}/images.properties", "w", encoding="ascii") as file:
        file.writelines(f"{name}={pullspec}\n" for name, pullspec in images.made.items())


main(*sys.argv[1:])
