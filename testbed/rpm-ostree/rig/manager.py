"""What rpm-ostree and its clients need of systemd and logind, for the rig without a node (../alone). It says that it is simulated."""

import os
import signal
import sys

from gi.repository import Gio, GLib

from logind import Logind
from units import DIRECTORY, Fixed, Process, RebootTarget

SYSTEMD = "org.freedesktop.systemd1"
SYSTEMD_PATH = "/org/freedesktop/systemd1"
ACTIVATOR = SYSTEMD + ".Activator"
BUS = "org.freedesktop.DBus"
STAGED = "/run/ostree/staged-deployment"
LOGIND_UNIT = "systemd-logind.service"
RPM_OSTREED = "rpm-ostreed.service"
RPM_OSTREE_NAME = "org.projectatomic.rpmostree1"
ALWAYS_ACTIVE = ("boot-complete.target", "ostree-boot-complete.service")

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
</node>"""
_NODE = Gio.DBusNodeInfo.new_for_xml(_INTERFACES)


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
