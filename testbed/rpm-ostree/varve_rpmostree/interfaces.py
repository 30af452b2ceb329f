"""The part of rpm-ostree's D-Bus interface that is there; what is not listed is answered as unknown by GLib."""

from gi.repository import Gio

NAME = "org.projectatomic.rpmostree1"
BASE = "/org/projectatomic/rpmostree1"
SYSROOT_PATH = BASE + "/Sysroot"
SYSROOT = NAME + ".Sysroot"
OS = NAME + ".OS"
TRANSACTION = NAME + ".Transaction"
PROPERTIES = "org.freedesktop.DBus.Properties"

# interface: properties, methods (name: in, out), signals
_MEMBERS = {
    SYSROOT: (
        {"Booted": "o", "Path": "s", "ActiveTransaction": "(sss)", "ActiveTransactionPath": "s",
         "AutomaticUpdatePolicy": "s", "Deployments": "aa{sv}"},
        {"RegisterClient": (["a{sv}"], []), "UnregisterClient": (["a{sv}"], []), "Reload": ([], []),
         "ReloadConfig": ([], []), "GetOS": (["s"], ["o"])},
        {},
    ),
    OS: (
        {"BootedDeployment": "a{sv}", "DefaultDeployment": "a{sv}", "RollbackDeployment": "a{sv}",
         "CachedUpdate": "a{sv}", "HasCachedUpdateRpmDiff": "b", "Name": "s"},
        {"Deploy": (["s", "a{sv}"], ["s"]), "Rebase": (["a{sv}", "s", "as"], ["s"]),
         "UpdateDeployment": (["a{sv}", "a{sv}"], ["s"]), "Rollback": (["a{sv}"], ["s"]),
         "KernelArgs": (["s", "as", "as", "as", "a{sv}"], ["s"]), "Cleanup": (["as"], ["s"]),
         "FinalizeDeployment": (["a{sv}"], ["s"]), "GetDeploymentBootConfig": (["s", "b"], ["a{sv}"])},
        {},
    ),
    TRANSACTION: (
        {"Title": "s", "InitiatingClientDescription": "s"},
        {"Start": ([], ["b"]), "Cancel": ([], [])},
        {"Finished": ["b", "s"], "Message": ["s"], "TaskBegin": ["s"], "TaskEnd": ["s"],
         "PercentProgress": ["s", "u"], "ProgressEnd": []},
    ),
}


def _xml(name, properties, methods, signals):
    def arguments(types, direction):
        return "".join(f'<arg type="{one}"{direction}/>' for one in types)

    parts = [f'<property name="{key}" type="{kind}" access="read"/>' for key, kind in properties.items()]
    for key, (into, out) in methods.items():
        parts.append(f'<method name="{key}">{arguments(into, "")}{arguments(out, chr(32) + "direction=" + chr(34) + "out" + chr(34))}</method>')
    for key, types in signals.items():
        parts.append(f'<signal name="{key}">{arguments(types, "")}</signal>')
    return f'<interface name="{name}">{"".join(parts)}</interface>'


_NODE = Gio.DBusNodeInfo.new_for_xml("<node>" + "".join(_xml(name, *of) for name, of in _MEMBERS.items()) + "</node>")


def info(name):
    return _NODE.lookup_interface(name)


def os_path(osname):
    """Letters and digits stay, `/` and `-` become `_`, anything else its code."""
    return f"{BASE}/" + "".join(
        char if char.isalnum() and char.isascii() or char == "_" else "_" if char in "/-" else f"_{ord(char):02X}"
        for char in osname
    )
