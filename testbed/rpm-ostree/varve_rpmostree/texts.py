"""Sizes and names as rpm-ostree's messages have them."""

NO_BREAK_SPACE = "\u00a0"
SHOWN_HEX = 19


def size(count):
    """As GLib's g_format_size: powers of 1000, and a no-break space before the unit."""
    if count < 1000:
        return f"{count}{NO_BREAK_SPACE}byte" + ("" if count == 1 else "s")
    value = float(count)
    for unit in ("kB", "MB", "GB", "TB"):
        value /= 1000
        if value < 1000 or unit == "TB":
            return f"{value:.1f}{NO_BREAK_SPACE}{unit}"


def fetching(index, of, layer):
    kind = "ostree chunk" if layer.chunk else "layer"
    return f"[{index}/{of}] Fetching {kind} {layer.hex[:SHOWN_HEX]} ({size(layer.size)})"
