"""Container references as rpm-ostree writes them, and the ostree refs under which images and layers are kept."""

from dataclasses import dataclass

from .errors import Failed

IMAGES = "ostree/container/image"
LAYERS = "ostree/container/blob"


@dataclass(frozen=True)
class ImageReference:
    """`image` is in skopeo's words: docker://HOST/REPOSITORY@DIGEST, oci:DIRECTORY:TAG."""

    image: str
    signed: bool

    @property
    def ref(self):
        return f"{IMAGES}/{escape(self.image)}"


def parse(refspec):
    kind, _, rest = refspec.partition(":")
    if kind in ("ostree-remote-registry", "ostree-remote-image"):
        _, _, rest = rest.partition(":")
    if kind in ("ostree-unverified-registry", "ostree-remote-registry"):
        return ImageReference("docker://" + rest, False)
    if kind in ("ostree-unverified-image", "ostree-image-signed", "ostree-remote-image"):
        transport, _, name = rest.partition(":")
        if transport == "registry":
            transport, name = "docker", "//" + name
        return ImageReference(f"{transport}:{name}", kind == "ostree-image-signed")
    raise Failed(f"Invalid refspec {refspec}: only container image references are known to this stand-in")


def with_digest(refspec, digest):
    """That digest of it, whatever tag or digest it names."""
    head, slash, name = refspec.partition("@")[0].rpartition("/")
    return f"{head}{slash}{name.partition(':')[0]}@{digest}"


def shown(refspec):
    """As it stands in messages."""
    return refspec.replace("ostree-image-signed:registry:", "ostree-image-signed:docker://", 1)


def layer_ref(digest):
    return f"{LAYERS}/{escape(digest)}"


def escape(text):
    """ostree's refs take letters, digits, `-` and single slashes; all else becomes `_HEX_`."""
    out = []
    for index, char in enumerate(text):
        if char == "_":
            out.append("__")
        elif (char.isascii() and char.isalnum()) or char == "-" or (char == "/" and index and text[index - 1] != "/"):
            out.append(char)
        else:
            out.append(f"_{ord(char):02X}_")
    return "".join(out)
