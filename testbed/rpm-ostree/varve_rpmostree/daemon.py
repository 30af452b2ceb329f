"""The daemon: its name and objects on the system bus, and the one transaction that may run."""

import os
import signal
import subprocess

from gi.repository import Gio, GLib, OSTree

from . import dicts, interfaces, methods
from .clients import Clients
from .errors import Refused, busy, failed, not_found
from .interfaces import NAME, OS, PROPERTIES, SYSROOT, SYSROOT_PATH, info
from .options import Options
from .sysroot import Sysroot
from .transaction import Transaction

CONFIG = "/etc/rpm-ostreed.conf"
IDLE_EXIT_SECONDS = 60
# From giving up its name to its end, where a transaction runs.
LEAVE_MS = 300
# How long Reload waits for the end of a finished transaction whose peers are just leaving.
RELOAD_ROUNDS = 10
RELOAD_ROUND_MS = 5
FOR_ALL = ("GetOS", "Reload")
# Nodes have no polkit to ask about anybody but root, and this is how the real one says so.
UNAUTHORISED = (
    "Authorization error: GDBus.Error:org.freedesktop.DBus.Error.ServiceUnknown:"
    " The name org.freedesktop.PolicyKit1 was not provided by any .service files"
)
DEPLOY_DIRECTORY = "/ostree/deploy"


class Daemon:
    def __init__(self, loop, bus):
        self._loop = loop
        self._bus = bus
        self._active = None
        self._rebooting = False
        self._idle = 0
        self._idle_exit_seconds = idle_exit_seconds()
        self._root = Sysroot()
        self._os_path = interfaces.os_path(self._root.osname)
        self._read()
        self._clients = Clients(bus, self._vanished)
        bus.register_object(SYSROOT_PATH, info(SYSROOT), self._call, self._get, None)
        bus.register_object(self._os_path, info(OS), self._call, self._get, None)
        # What others (`ostree admin`) do to the deployments shows in the time of this directory.
        self._monitor = Gio.File.new_for_path(DEPLOY_DIRECTORY).monitor_directory(Gio.FileMonitorFlags.NONE, None)
        self._monitor.connect("changed", lambda *_: self._reload())
        self._rest()

    # Told by the transaction.

    def cleared(self, transaction):
        if self._active is transaction:
            self._active = None
            self._transaction_changed()
            self._rest()

    def deployments_changed(self):
        self._root = Sysroot()
        self._read()
        self._changed(SYSROOT_PATH, SYSROOT, {"Deployments": self._values[SYSROOT]["Deployments"]})
        self._changed(self._os_path, OS, {key: value for key, value in self._values[OS].items() if key != "Name"})
        return GLib.SOURCE_REMOVE

    def reboot(self):
        """Its outcome is nobody's business any more: the transaction has succeeded."""
        self._rebooting = True
        GLib.idle_add(lambda: subprocess.Popen(["systemctl", "reboot"]) and GLib.SOURCE_REMOVE)

    # Calls.

    def _call(self, _bus, sender, path, interface, method, parameters, invocation):
        try:
            if method not in FOR_ALL and self._clients.uid(sender) != 0:
                raise Refused("org.freedesktop.DBus.Error.Failed", UNAUTHORISED)
            if interface == SYSROOT:
                self._sysroot_call(sender, method, parameters, invocation)
            elif method == "GetDeploymentBootConfig":
                entry = methods.boot_config(self._fresh(), *parameters.unpack())
                invocation.return_value(GLib.Variant("(a{sv})", (entry,)))
            else:
                address = self._transaction(method, sender, path, parameters)
                invocation.return_value(GLib.Variant("(s)", (address,)))
        except Refused as refused:
            refused.reply_to(invocation)
        except GLib.Error as error:
            invocation.return_gerror(error)
        except Exception as fault:
            failed(f"fault of the rpm-ostree stand-in: {fault!r}").reply_to(invocation)
            raise

    def _sysroot_call(self, sender, method, parameters, invocation):
        if method == "GetOS":
            name = parameters.unpack()[0]
            if name != self._root.osname:
                raise not_found(f'OS name "{name}" not found')
            invocation.return_value(GLib.Variant("(o)", (self._os_path,)))
            return
        if method == "RegisterClient":
            self._clients.register(sender, Options(parameters.get_child_value(0)).text("id"))
        elif method == "UnregisterClient":
            if self._clients.unregister(sender):
                self._rest()
        else:
            self._barrier(invocation, RELOAD_ROUNDS)
            return
        invocation.return_value(None)

    def _barrier(self, invocation, rounds):
        """Clients take Reload for one: peers that left before the call are seen to have left before its answer."""
        if rounds and self._active is not None and self._active.end is not None:
            GLib.timeout_add(RELOAD_ROUND_MS, self._barrier, invocation, rounds - 1)
        else:
            self._reload()
            invocation.return_value(None)
        return GLib.SOURCE_REMOVE

    def _transaction(self, method, sender, path, parameters):
        request = methods.request(method, sender, path, parameters, self._clients.describe(sender))
        active = self._active
        if active is not None:
            if not request.joins(active.request):
                raise busy(
                    f"Transaction in progress: {active.title}\n You can cancel the current transaction"
                    " with `rpm-ostree cancel`"
                )
            return active.address
        if self._rebooting:
            raise failed("Reboot initiated, cannot start new transaction")
        root = Sysroot()
        _, acquired = root.ostree.try_lock()
        if not acquired:
            raise busy("System transaction in progress")
        self._active = Transaction(request, root, self)
        self._transaction_changed()
        return self._active.address

    # Properties.

    def _read(self):
        """Once for each change: GLib asks for every property on its own."""
        self._values = {SYSROOT: dicts.sysroot(self._root, self._os_path), OS: dicts.os(self._root)}

    def _get(self, _bus, _sender, _path, interface, name):
        return {**self._values[interface], **self._transaction_values()}[name]

    def _transaction_values(self):
        active = self._active
        who = (active.request.method, active.request.sender, active.request.path) if active else ("", "", "")
        return {
            "ActiveTransaction": GLib.Variant("(sss)", who),
            "ActiveTransactionPath": GLib.Variant("s", active.address if active else ""),
        }

    def _transaction_changed(self):
        self._changed(SYSROOT_PATH, SYSROOT, self._transaction_values())

    def _changed(self, path, interface, values):
        parameters = GLib.Variant("(sa{sv}as)", (interface, values, []))
        self._bus.emit_signal(None, path, PROPERTIES, "PropertiesChanged", parameters)

    def _fresh(self):
        self._reload()
        return self._root

    def _reload(self):
        _, changed = self._root.ostree.load_if_changed(None)
        if changed:
            self.deployments_changed()

    # Coming and going.

    def leave(self):
        """Told to end, after it has given up its name. What it works with is told the same by systemd, and ends."""
        if self._active is None or not self._active.started:
            self._loop.quit()
        else:
            self._active.break_off()
            GLib.timeout_add(LEAVE_MS, self._loop.quit)

    def _vanished(self, name, registered):
        """A client that leaves before it has started its transaction takes it along."""
        active = self._active
        if active is not None and not active.started and active.request.sender == name:
            active.drop()
        elif registered:
            self._rest()

    def _rest(self):
        """Begins to count towards the idle exit, again from the start."""
        if self._idle:
            GLib.source_remove(self._idle)
            self._idle = 0
        if self._idle_exit_seconds:
            self._idle = GLib.timeout_add_seconds(self._idle_exit_seconds, self._idle_exit)

    def _idle_exit(self):
        """Whoever keeps it from that begins the time anew when he leaves."""
        self._idle = 0
        if not self._clients.any and self._active is None:
            self._loop.quit()
        return GLib.SOURCE_REMOVE


def idle_exit_seconds():
    """0 for never."""
    try:
        config = GLib.KeyFile()
        config.load_from_file(CONFIG, GLib.KeyFileFlags.NONE)
        return config.get_uint64("Daemon", "IdleExitTimeout")
    except GLib.Error:
        return IDLE_EXIT_SECONDS


def main():
    if not os.path.exists("/run/ostree-booted"):
        print("error: not booted into an ostree deployment", flush=True)
        return 1
    # Before any thread: those that come later are in the same mount namespace.
    OSTree.Sysroot.new_default().initialize_with_mount_namespace(None)
    loop = GLib.MainLoop()
    bus = Gio.bus_get_sync(Gio.BusType.SYSTEM, None)
    # Made before the name is owned, so that who waits for the name finds them.
    daemon = Daemon(loop, bus)
    lost = []

    def on_lost(*_):
        lost.append(True)
        loop.quit()

    owned = Gio.bus_own_name_on_connection(bus, NAME, Gio.BusNameOwnerFlags.NONE, None, on_lost)

    def on_terminate():
        Gio.bus_unown_name(owned)
        daemon.leave()
        return GLib.SOURCE_REMOVE

    GLib.unix_signal_add(GLib.PRIORITY_HIGH, signal.SIGTERM, on_terminate)
    bus.set_exit_on_close(False)
    bus.connect("closed", on_lost)
    loop.run()
    return 1 if lost else 0
