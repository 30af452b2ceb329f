"""The a{sv} of a call. A key of another type than rpm-ostree's is ignored, as rpm-ostree does."""

from gi.repository import GLib


class Options:
    def __init__(self, variant):
        self._variant = variant

    def flag(self, key):
        value = self._variant.lookup_value(key, GLib.VariantType("b"))
        return value is not None and value.get_boolean()

    def text(self, key):
        value = self._variant.lookup_value(key, GLib.VariantType("s"))
        return None if value is None else value.get_string()

    def texts(self, key):
        value = self._variant.lookup_value(key, GLib.VariantType("as"))
        return [] if value is None else value.unpack()
