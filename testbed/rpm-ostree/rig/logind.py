"""What rpm-ostree and its clients need of logind: who keeps the host from going down."""

import os

from gi.repository import Gio, GLib

from units import write_down_reboot

LOGIND = "org.freedesktop.login1"
LOGIND_PATH = "/org/freedesktop/login1"

_INTERFACE = """<node>
<interface name="org.freedesktop.login1.Manager">
  <method name="ListInhibitors"><arg type="a(ssssuu)" direction="out"/></method>
  <method name="Inhibit"><arg type="s"/><arg type="s"/><arg type="s"/><arg type="s"/><arg type="h" direction="out"/></method>
  <method name="CanReboot"><arg type="s" direction="out"/></method>
  <method name="Reboot"><arg type="b"/></method>
  <method name="RebootWithFlags"><arg type="t"/></method>
</interface>
</node>"""


class Logind:
    """Inhibitors hold while the descriptor that came for them is open, as with the real one."""

    def __init__(self, bus):
        self._bus = bus
        self._inhibitors = {}
        self._owner = 0
        bus.register_object(LOGIND_PATH, Gio.DBusNodeInfo.new_for_xml(_INTERFACE).lookup_interface(LOGIND + ".Manager"), self._call, None, None)
        self.start()

    @property
    def state(self):
        return "active" if self._owner else "inactive"

    def start(self):
        if not self._owner:
            self._owner = Gio.bus_own_name_on_connection(self._bus, LOGIND, Gio.BusNameOwnerFlags.NONE, None, None)

    def kill(self, _number):
        Gio.bus_unown_name(self._owner)
        self._owner = 0

    def _call(self, _bus, sender, _path, _interface, method, parameters, invocation):
        if method == "ListInhibitors":
            invocation.return_value(GLib.Variant("(a(ssssuu))", (list(self._inhibitors.values()),)))
        elif method == "Inhibit":
            self._inhibit(parameters.unpack(), invocation)
        elif method == "CanReboot":
            invocation.return_value(GLib.Variant("(s)", ("yes",)))
        else:
            write_down_reboot(f"{method} of {sender}")
            invocation.return_value(None)

    def _inhibit(self, wanted, invocation):
        ours, theirs = os.pipe()
        self._inhibitors[ours] = (*wanted, 0, 0)
        GLib.unix_fd_add_full(GLib.PRIORITY_DEFAULT, ours, GLib.IOCondition.HUP, self._released)
        handed = Gio.UnixFDList.new_from_array([theirs])
        invocation.return_value_with_unix_fd_list(GLib.Variant("(h)", (0,)), handed)

    def _released(self, descriptor, _condition):
        del self._inhibitors[descriptor]
        os.close(descriptor)
        return GLib.SOURCE_REMOVE
