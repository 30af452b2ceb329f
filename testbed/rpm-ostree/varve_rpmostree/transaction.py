"""One transaction on its peer socket: it waits for Start, goes on without its client after that, and stays the active
one until its peers have left or the time for that is up."""

import os
import threading
from contextlib import contextmanager
from dataclasses import dataclass

from gi.repository import Gio, GLib

from .errors import CANCELLED, Failed, text_of
from .interfaces import PROPERTIES, TRANSACTION, info
from .works import Then

SOCKET = "/run/rpm-ostree-transaction.sock"
FORCE_CLOSE_SECONDS = 30


@dataclass(frozen=True)
class Request:
    """`before` and `after` are its titles up to Start and from then on."""

    method: str
    sender: str
    path: str
    parameters: GLib.Variant
    before: str
    after: str
    client: str
    work: object

    def joins(self, other):
        return self.method == other.method and self.parameters.equal(other.parameters)


class Transaction:
    """All of it happens on the main loop but the work. `host` is told cleared(transaction), deployments_changed() and
    reboot(); `root` is locked until the work is over."""

    def __init__(self, request, root, host):
        self.request = request
        self.title = request.before
        self.started = False
        self.end = None
        self._root = root
        self._host = host
        self._peers = []
        self._cancellable = Gio.Cancellable()
        self._broken_off = False
        self._cleared = False
        self._locked = True
        if os.path.lexists(SOCKET):
            os.unlink(SOCKET)
        self._server = Gio.DBusServer.new_sync(
            "unix:path=" + SOCKET, Gio.DBusServerFlags.NONE, Gio.dbus_generate_guid(), None, None
        )
        # Anybody may connect; the real one leaves that open too.
        os.chmod(SOCKET, 0o666)
        self._joining = self._server.connect("new-connection", self._joined)
        self._server.start()

    @property
    def address(self):
        return self._server.get_client_address()

    @property
    def watched(self):
        return bool(self._peers)

    def break_off(self):
        """The daemon is about to end, and what it works with has ended: the task that runs ends, the transaction never does."""
        self._broken_off = True
        self._cancellable.cancel()

    def drop(self):
        """Ends it as if it had never been asked for."""
        self._clear()

    def _joined(self, _server, peer):
        peer.register_object("/", info(TRANSACTION), self._call, self._property, None)
        peer.connect("closed", self._left)
        self._peers.append(peer)
        return True

    def _left(self, peer, _vanished, _error):
        if peer in self._peers:
            self._peers.remove(peer)
        if self.end is not None and not self._peers:
            self._clear()

    def _property(self, _peer, _sender, _path, _interface, name):
        return GLib.Variant("s", self.title if name == "Title" else self.request.client)

    def _call(self, peer, _sender, _path, _interface, method, _parameters, invocation):
        if method == "Cancel":
            self._cancellable.cancel()
            invocation.return_value(None)
        else:
            self._start(peer, invocation)

    def _start(self, peer, invocation):
        first = not self.started
        invocation.return_value(GLib.Variant("(b)", (first,)))
        if first:
            self.started = True
            self.title = self.request.after
            changed = GLib.Variant("(sa{sv}as)", (TRANSACTION, {"Title": GLib.Variant("s", self.title)}, []))
            self._emit(PROPERTIES, "PropertiesChanged", changed)
            threading.Thread(target=self._work, daemon=True).start()
        elif self.end is not None:
            send(peer, TRANSACTION, "Finished", self.end)

    def _work(self):
        then = Then.NOTHING
        try:
            if self._cancellable.is_cancelled():
                raise Failed(CANCELLED)
            then = self.request.work(self._root, _Progress(self._later, self._host), self._cancellable)
            text = ""
        except (Failed, GLib.Error) as failed:
            text = CANCELLED if self._cancellable.is_cancelled() else text_of(failed)
        except Exception as fault:
            # A fault of this stand-in must not hang whoever waits.
            text = f"fault of the rpm-ostree stand-in: {fault!r}"
            GLib.idle_add(self._finish, text, Then.NOTHING, priority=GLib.PRIORITY_DEFAULT)
            raise
        GLib.idle_add(self._finish, text, then, priority=GLib.PRIORITY_DEFAULT)

    def _finish(self, text, then):
        if self._broken_off:
            return GLib.SOURCE_REMOVE
        if text:
            print(f"Txn {self.request.method} on {self.request.path} failed: {text}", flush=True)
        self._unlock()
        self.end = GLib.Variant("(bs)", (not text, text))
        self._emit(TRANSACTION, "Finished", self.end)
        GLib.timeout_add_seconds(FORCE_CLOSE_SECONDS, self._clear)
        if then is Then.REBOOT:
            self._host.reboot()
        if not self._peers:
            self._clear()
        return GLib.SOURCE_REMOVE

    def _unlock(self):
        if self._locked:
            self._locked = False
            self._root.ostree.unlock()

    def _clear(self):
        if not self._cleared:
            self._cleared = True
            self._server.stop()
            self._server.disconnect(self._joining)
            self._unlock()
            for peer in list(self._peers):
                peer.close(None, None)
            self._host.cleared(self)
            # Its many open files go with it.
            self._root = None
        return GLib.SOURCE_REMOVE

    def _emit(self, interface, name, values):
        for peer in self._peers:
            send(peer, interface, name, values)

    def _later(self, name, *texts):
        values = GLib.Variant("(" + "s" * len(texts) + ")", texts)
        GLib.idle_add(self._emit_once, name, values, priority=GLib.PRIORITY_DEFAULT)

    def _emit_once(self, name, values):
        self._emit(TRANSACTION, name, values)
        return GLib.SOURCE_REMOVE


def send(peer, interface, name, values):
    try:
        peer.emit_signal(None, "/", interface, name, values)
    except GLib.Error as error:
        # It has left, and we are about to be told.
        if not error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CLOSED):
            raise


class _Progress:
    """What the work has to tell, handed to the main loop in the order in which it was told."""

    def __init__(self, later, host):
        self._later = later
        self._host = host

    def message(self, text):
        self._later("Message", text)

    @contextmanager
    def task(self, text):
        self._later("TaskBegin", text)
        try:
            yield
        finally:
            self._later("TaskEnd", "done")

    def progress_end(self):
        self._later("ProgressEnd")

    def deployments_changed(self):
        GLib.idle_add(self._host.deployments_changed, priority=GLib.PRIORITY_DEFAULT)
