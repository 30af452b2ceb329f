"""How things fail: in a transaction by a text in Finished, before it by a D-Bus error."""

from gi.repository import Gio, GLib

CANCELLED = "Operation was cancelled"


class Failed(Exception):
    """Ends a transaction; its text is what Finished says."""


class Refused(Exception):
    """A call's error reply. GLib makes the error's name of domain and code, as it does for the real daemon."""

    def __init__(self, code, text):
        super().__init__(text)
        self.code = code
        self.text = text

    def reply_to(self, invocation):
        if isinstance(self.code, str):
            invocation.return_dbus_error(self.code, self.text)
        else:
            invocation.return_error_literal(Gio.io_error_quark(), self.code, self.text)


def failed(text):
    return Refused(Gio.IOErrorEnum.FAILED, text)


def busy(text):
    return Refused(Gio.IOErrorEnum.BUSY, text)


def not_found(text):
    return Refused(Gio.IOErrorEnum.NOT_FOUND, text)


def text_of(error):
    """One sentence for people, without GLib's domain and code."""
    return error.message if isinstance(error, GLib.Error) else str(error)


def check(cancellable):
    if cancellable is not None and cancellable.is_cancelled():
        raise Failed(CANCELLED)
