"""What rpm-ostree and its clients need of systemd and logind, for the rig without a node (../alone): a few units, of which two
are processes, and who keeps the host from going down. It says that it is simulated. A reboot is written down and nothing else."""

import os
import signal
import subprocess
import sys
import time

from gi.repository import Gio, GLib

SYSTEMD = "org.freedesktop.systemd1"
SYSTEMD_PATH = "/org/freedesktop/systemd1"
ACTIVATOR = SYSTEMD + ".Activator"
LOGIND = "org.freedesktop.login1"
LOGIND_PATH = "/org/freedesktop/login1"
BUS = "org.freedesktop.DBus"
DIRECTORY = "/run/alone/"
STAGED = "/run/ostree/staged-deployment"
LOGIND_UNIT = "systemd-logind.service"
RPM_OSTREED = "rpm-ostreed.service"
RPM_OSTREE_NAME = "org.projectatomic.rpmostree1"
ALWAYS_ACTIVE = ("boot-complete.target", "ostree-boot-complete.service")
KILLS_AFTER_SECONDS = 10
ENDS = (signal.SIGKILL, signal.SIGTERM)

_INTERFACES = """<node>
<interface name="org.freedesktop.systemd1.Manager">
  <property name="Version" type="s" access="read"/>
  <method name="Subscribe"/><method name="Unsubscribe"/>
  <method name="GetUnit"><arg type="s"/><arg type="o" direction="out"/></method>
  <method name="LoadUnit"><arg type="s"/><arg type="o" direction="out"/></method>
  <method name="StartUnit"><arg type="s"/><arg type="s"/><arg type="o" direction="out"/></method>
  <method name="StopUnit"><arg type="s"/><arg type="s"/><arg type="o" direction="out"/></method>
  <method name="RestartUnit"><arg type="s"/><arg type="s"/><arg type="o" direction="out"/></method>
  <method name="KillUnit"><arg type="s"/><arg type="s"/><arg type="i"/></method>
  <signal name="JobRemoved"><arg type="u"/><arg type="o"/><arg type="s"/><arg type="s"/></signal>
</interface>
<interface name="org.freedesktop.systemd1.Unit">
  <property name="Id" type="s" access="read"/><property name="Description" type="s" access="read"/>
  <property name="LoadState" type="s" access="read"/><property name="ActiveState" type="s" access="read"/>
</interface>
<interface name="org.freedesktop.login1.Manager">
  <method name="ListInhibitors"><arg type="a(ssssuu)" direction="out"/></method>
  <method name="Inhibit"><arg type="s"/><arg type="s"/><arg type="s"/><arg type="s"/><arg type="h" direction="out"/></method>
  <method name="CanReboot"><arg type="s" direction="out"/></method>
  <method name="Reboot"><arg type="b"/></method>
  <method name="RebootWithFlags"><arg type="t"/></method>
</interface>
</node>"""
_NODE = Gio.DBusNodeInfo.new_for_xml(_INTERFACES)


class Process:
    """A unit that is a process; `up` tells whether it is as far as its unit's type wants it."""

    def __init__(self, argv, up):
        self._argv = argv
        self._up = up
        self._child = None

    @property
    def state(self):
        if self._child is None or self._child.poll() is not None:
            return "inactive"
        return "active" if self._up() else "activating"

    def start(self):
        if self.state != "inactive":
            return
        name = os.path.basename(self._argv[0])
        with open(f"{DIRECTORY}log/{name}", "ab") as log:
            argv = ["setpriv", "--pdeathsig", "KILL", *self._argv]
            self._child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        with open(DIRECTORY + "processes", "a", encoding="ascii") as file:
            file.write(f"{name} {self._child.pid}\n")

    def kill(self, number):
        if self.state != "inactive":
            self._child.send_signal(number)
            if number in ENDS:
                self._child.wait(KILLS_AFTER_SECONDS)


class Logind:
    """Inhibitors hold while the descriptor that came for them is open, as with the real one."""

    def __init__(self, bus):
        self._bus = bus
        self._inhibitors = {}
        self._owner = 0
        bus.register_object(LOGIND_PATH, _NODE.lookup_interface(LOGIND + ".Manager"), self._call, None, None)
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


class Fixed:
    """A unit that nobody starts or stops here."""

    def __init__(self, state):
        self._state = state

    @property
    def state(self):
        return self._state()

    def start(self):
        pass

    def kill(self, _number):
        pass


class RebootTarget(Fixed):
    def start(self):
        write_down_reboot("StartUnit of reboot.target")


class Systemd:
    def __init__(self, bus, units):
        self._bus = bus
        self._units = units
        self._objects = {}
        self._jobs = 0
        bus.register_object(SYSTEMD_PATH, _NODE.lookup_interface(SYSTEMD + ".Manager"), self._call, self._version, None)
        bus.signal_subscribe(BUS, ACTIVATOR, "ActivationRequest", None, None, Gio.DBusSignalFlags.NONE, self._activate)

    def _call(self, _bus, _sender, _path, _interface, method, parameters, invocation):
        arguments = parameters.unpack()
        if method in ("Subscribe", "Unsubscribe"):
            invocation.return_value(None)
        elif method == "LoadUnit" or arguments[0] in self._units:
            self._unit_call(method, arguments, invocation)
        else:
            invocation.return_dbus_error(SYSTEMD + ".NoSuchUnit", f"Unit {arguments[0]} not found.")

    def _unit_call(self, method, arguments, invocation):
        name = arguments[0]
        unit = self._units.get(name)
        if method in ("GetUnit", "LoadUnit"):
            invocation.return_value(GLib.Variant("(o)", (self._object(name),)))
            return
        if method == "KillUnit":
            unit.kill(arguments[2])
            invocation.return_value(None)
            return
        self._jobs += 1
        job = f"{SYSTEMD_PATH}/job/{self._jobs}"
        invocation.return_value(GLib.Variant("(o)", (job,)))
        if method != "StartUnit":
            unit.kill(signal.SIGTERM)
        if method != "StopUnit":
            unit.start()
        GLib.timeout_add(10, self._watch, unit, self._jobs, job, name)

    def _watch(self, unit, number, job, name):
        """A start's job ends when the unit is up."""
        if unit.state == "activating":
            return GLib.SOURCE_CONTINUE
        result = "done" if unit.state == "active" or not isinstance(unit, Process) else "failed"
        removed = GLib.Variant("(uoss)", (number, job, name, result))
        self._bus.emit_signal(None, SYSTEMD_PATH, SYSTEMD + ".Manager", "JobRemoved", removed)
        return GLib.SOURCE_REMOVE

    def _activate(self, _bus, _sender, _path, _interface, _signal, parameters):
        name = parameters.unpack()[0]
        if name in self._units:
            self._units[name].start()
        else:
            failure = GLib.Variant("(sss)", (name, SYSTEMD + ".NoSuchUnit", f"Unit {name} not found."))
            self._bus.emit_signal(BUS, SYSTEMD_PATH, ACTIVATOR, "ActivationFailure", failure)

    def _object(self, name):
        path = f"{SYSTEMD_PATH}/unit/" + "".join(one if one.isascii() and one.isalnum() else f"_{ord(one):02x}" for one in name)
        if path not in self._objects:
            get = lambda _bus, _sender, _path, _interface, key: GLib.Variant("s", self._property(name, key))
            self._objects[path] = self._bus.register_object(path, _NODE.lookup_interface(SYSTEMD + ".Unit"), None, get, None)
        return path

    def _property(self, name, key):
        unit = self._units.get(name)
        return {
            "Id": name,
            "Description": "simulated, for the rpm-ostree stand-in without a node",
            "LoadState": "loaded" if unit else "not-found",
            "ActiveState": unit.state if unit else "inactive",
        }[key]

    @staticmethod
    def _version(*_):
        return GLib.Variant("s", "simulated")


def write_down_reboot(how):
    with open(DIRECTORY + "reboots", "a", encoding="utf-8") as file:
        file.write(f"{time.time():.3f} {how}: simulated, nothing reboots\n")


def is_owned(bus, name):
    reply = bus.call_sync(BUS, "/org/freedesktop/DBus", BUS, "NameHasOwner", GLib.Variant("(s)", (name,)), None, 0, -1, None)
    return reply.unpack()[0]


def main():
    bus = Gio.bus_get_sync(Gio.BusType.SYSTEM, None)
    logind = Logind(bus)
    private = Process([DIRECTORY + "docker-registry", "serve", DIRECTORY + "private.yaml"], lambda: True)
    private.start()
    registry = Process([DIRECTORY + "docker-registry", "serve", DIRECTORY + "registry.yaml"], lambda: True)
    Systemd(bus, {
        RPM_OSTREED: Process(["/usr/bin/rpm-ostree", "start-daemon"], lambda: is_owned(bus, RPM_OSTREE_NAME)),
        "docker-registry.service": registry,
        LOGIND_UNIT: logind,
        "ostree-finalize-staged.service": Fixed(lambda: "active" if os.path.exists(STAGED) else "inactive"),
        "reboot.target": RebootTarget(lambda: "inactive"),
        **{name: Fixed(lambda: "active") for name in ALWAYS_ACTIVE},
    })
    registry.start()
    loop = GLib.MainLoop()

    def lost(*_):
        print("the name of systemd is not to be had", file=sys.stderr)
        loop.quit()

    def acquired(*_):
        with open(DIRECTORY + "up", "w", encoding="ascii"):
            pass

    Gio.bus_own_name_on_connection(bus, SYSTEMD, Gio.BusNameOwnerFlags.NONE, acquired, lost)
    GLib.unix_signal_add(GLib.PRIORITY_HIGH, signal.SIGTERM, loop.quit)
    loop.run()


main()
