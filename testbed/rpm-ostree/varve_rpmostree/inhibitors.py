"""Whether somebody keeps the node from rebooting: logind's block inhibitors. Delay inhibitors are logind's own affair."""

from gi.repository import Gio, GLib

from .errors import Failed

LOGIND = "org.freedesktop.login1"


def require_none():
    try:
        bus = Gio.bus_get_sync(Gio.BusType.SYSTEM, None)
        reply = bus.call_sync(
            LOGIND, "/org/freedesktop/login1", LOGIND + ".Manager", "ListInhibitors", None,
            GLib.VariantType("(a(ssssuu))"), Gio.DBusCallFlags.NONE, -1, None,
        )
    except GLib.Error as error:
        raise Failed(f"Checking systemd inhibitor locks: {error.message}") from error
    blocks = [one for one in reply.unpack()[0] if "shutdown" in one[0] and one[3] == "block"]
    if blocks:
        _, who, why, *_ = blocks[0]
        text = f"Reboot blocked by a systemd inhibitor lock in `block` mode\nHeld by: {who}\nReason: {why}"
        if len(blocks) > 1:
            text += f"\nand {len(blocks) - 1} other blocking inhibitor lock(s)"
        raise Failed(text)
