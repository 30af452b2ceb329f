"""Who has registered, and is still there: while there is one, the daemon does not go idle."""

from gi.repository import Gio, GLib

BUS = "org.freedesktop.DBus"


class Clients:
    """`gone` is told every unique name that has left the bus, and whether it was registered."""

    def __init__(self, bus, gone):
        self._bus = bus
        self._registered = {}
        self._gone = gone
        bus.signal_subscribe(BUS, BUS, "NameOwnerChanged", "/org/freedesktop/DBus", None, Gio.DBusSignalFlags.NONE, self._changed)

    @property
    def any(self):
        return bool(self._registered)

    def register(self, sender, identity):
        self._registered[sender] = identity or ""

    def unregister(self, sender):
        """Whether it was registered."""
        return self._registered.pop(sender, None) is not None

    def describe(self, sender):
        """As in rpm-ostree's journal, without the unit."""
        identity = self._registered.get(sender)
        return f"client({f'id:{identity} ' if identity else ''}dbus:{sender} uid:{self.uid(sender)})"

    def uid(self, sender):
        reply = self._bus.call_sync(
            BUS, "/org/freedesktop/DBus", BUS, "GetConnectionUnixUser", GLib.Variant("(s)", (sender,)),
            GLib.VariantType("(u)"), Gio.DBusCallFlags.NONE, -1, None,
        )
        return reply.unpack()[0]

    def _changed(self, _bus, _sender, _path, _interface, _signal, parameters):
        name, _, new = parameters.unpack()
        if name.startswith(":") and not new:
            self._gone(name, self.unregister(name))
