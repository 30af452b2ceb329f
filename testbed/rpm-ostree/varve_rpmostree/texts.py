"""Sizes and names as rpm-ostree's messages have them."""

from gi.repository import GLib

SHOWN_HEX = 19


def size(count):
    """Powers of 1000, and a no-break space before the unit: rpm-ostree asks GLib too."""
    return GLib.format_size(count)


def fetching(index, of, layer):
    kind = "ostree chunk" if layer.chunk else "layer"
    return f"[{index}/{of}] Fetching {kind} {layer.hex[:SHOWN_HEX]} ({size(layer.size)})"
