"""The command's side of the bus: asks the daemon for a transaction and prints what it tells until it ends."""

import subprocess

from gi.repository import Gio, GLib

from .errors import Failed
from .interfaces import NAME, OS, PROPERTIES, SYSROOT, SYSROOT_PATH, TRANSACTION

UNIT = "rpm-ostreed.service"
# The real tool waits as long: a loaded node takes its time.
TIMEOUT_MS = 300_000


class Client:
    def __init__(self):
        # Started here and not by the bus, whose errors about a slow start say nothing.
        started = subprocess.run(["systemctl", "start", UNIT], capture_output=True, text=True, check=False)
        if started.returncode:
            raise Failed(f"Could not start {UNIT}: {started.stderr.strip()}")
        self._bus = Gio.bus_get_sync(Gio.BusType.SYSTEM, None)
        options = GLib.Variant("(a{sv})", ({"id": GLib.Variant("s", "cli")},))
        self._call(SYSROOT_PATH, SYSROOT, "RegisterClient", options)
        # Whoever asked before and has just left is not waited for by the daemon, and would be joined.
        self._call(SYSROOT_PATH, SYSROOT, "Reload", None)

    def properties(self):
        reply = self._call(SYSROOT_PATH, PROPERTIES, "GetAll", GLib.Variant("(s)", (SYSROOT,)))
        return reply.get_child_value(0).unpack()

    def boot_options(self):
        """Of the first deployment: what is staged, else what is booted."""
        reply = self._call(self._os(), OS, "GetDeploymentBootConfig", GLib.Variant("(sb)", ("", True)))
        return reply.unpack()[0]["options"]

    def run(self, method, parameters):
        address = self._call(self._os(), OS, method, parameters).unpack()[0]
        self.follow(address, "Start")

    def cancel(self):
        address = self.properties()["ActiveTransactionPath"]
        if not address:
            raise Failed("No active transaction.")
        peer = self._peer(address)
        peer.call_sync(None, "/", TRANSACTION, "Cancel", None, None, Gio.DBusCallFlags.NONE, TIMEOUT_MS, None)

    def follow(self, address, method):
        peer = self._peer(address)
        loop, end = GLib.MainLoop(), []

        def heard(_peer, _sender, _path, _interface, name, values):
            if name in ("Message", "TaskBegin"):
                print(values.unpack()[0].replace("\u00a0", " "), flush=True)
            elif name == "Finished":
                end.append(values.unpack())
                loop.quit()

        peer.set_exit_on_close(False)
        peer.signal_subscribe(None, TRANSACTION, None, "/", None, Gio.DBusSignalFlags.NONE, heard)
        peer.connect("closed", lambda *_: loop.quit())
        peer.call_sync(None, "/", TRANSACTION, method, None, None, Gio.DBusCallFlags.NONE, TIMEOUT_MS, None)
        loop.run()
        peer.close_sync(None)
        if not end:
            raise Failed("Bus owner changed, aborting. This likely means the daemon crashed.")
        success, text = end[0]
        if not success:
            raise Failed(text)

    @staticmethod
    def _peer(address):
        return Gio.DBusConnection.new_for_address_sync(
            address, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT, None, None
        )

    def _os(self):
        return self.properties()["Booted"]

    def _call(self, path, interface, method, parameters):
        return self._bus.call_sync(
            NAME, path, interface, method, parameters, None, Gio.DBusCallFlags.NONE, TIMEOUT_MS, None
        )
