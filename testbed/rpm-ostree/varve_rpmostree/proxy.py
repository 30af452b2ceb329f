"""skopeo's image proxy, which rpm-ostree too fetches images through: one skopeo that is asked in JSON over a socket
and hands out blobs through pipes. So credentials, certificates, mirrors, policy and the texts of failures are real."""

import json
import os
import socket
import subprocess
from contextlib import contextmanager

from .errors import CANCELLED, Failed

# The first that exists counts; without any, the registry is asked without credentials.
AUTH_FILES = ("/run/ostree/auth.json", "/etc/ostree/auth.json", "/usr/lib/ostree/auth.json")
# Where skopeo finds them; the number shows in the texts about a broken file.
AUTH_FD = 100
LONGEST_REPLY = 1 << 20


def _reserve():
    """Taken before anything else can be opened under that number, and for good: see _copy_auth."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, AUTH_FD)
    os.close(nothing)


_reserve()


class ProxyError(Exception):
    """A method of the proxy failed; the text names it twice, as rpm-ostree's does."""

    def __init__(self, method, text):
        super().__init__(f"failed to invoke method {method}: failed to invoke method {method}: {text}")


class ImageProxy:
    """Use as a context manager. `cancellable` kills skopeo, so that a read that waits for the registry ends."""

    def __init__(self, cancellable=None):
        self._cancellable = cancellable
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        argv, keep = ["skopeo", "experimental-image-proxy"], ()
        auth = next((path for path in AUTH_FILES if os.path.exists(path)), None)
        if auth is None:
            argv.append("--no-creds")
        else:
            self._copy_auth(auth)
            argv += ["--authfile", f"/proc/self/fd/{AUTH_FD}"]
            keep = (AUTH_FD,)
        try:
            self._skopeo = subprocess.Popen(argv, stdin=theirs, pass_fds=keep)
        finally:
            theirs.close()
            if keep:
                _reserve()
        self._handler = cancellable.connect(lambda *_: self._skopeo.kill()) if cancellable else 0

    @staticmethod
    def _copy_auth(path):
        """An anonymous copy: what skopeo reads is not replaced under it."""
        with open(path, "rb") as source:
            copy = os.memfd_create("auth.json", 0)
            os.write(copy, source.read())
        os.lseek(copy, 0, os.SEEK_SET)
        os.dup2(copy, AUTH_FD)
        os.close(copy)

    def __enter__(self):
        self.call("Initialize")
        return self

    def __exit__(self, *_):
        if self._handler:
            self._cancellable.disconnect(self._handler)
        self._socket.close()
        self._skopeo.kill()
        self._skopeo.wait()

    def call(self, method, *arguments):
        """Returns the value, and the pipe to read from and its id where the method has one."""
        self._ask(method, *arguments)
        return self._answer(method)

    def fetch(self, method, *arguments):
        """Value and content of a small object."""
        value, pipe, pipe_id = self.call(method, *arguments)
        with self.finishing(pipe_id), pipe:
            content = pipe.read()
        return value, content

    @contextmanager
    def finishing(self, pipe_id):
        """Read the pipe to its end in here. skopeo closes its side only when asked to finish, so it is asked first."""
        self._ask("FinishPipe", pipe_id)
        yield
        self._answer("FinishPipe")

    def _ask(self, method, *arguments):
        try:
            self._socket.send(json.dumps({"method": method, "args": list(arguments)}).encode())
        except OSError as lost:
            raise self._lost(method, lost) from lost

    def _answer(self, method):
        try:
            data, fds, _, _ = socket.recv_fds(self._socket, LONGEST_REPLY, 1)
        except OSError as lost:
            raise self._lost(method, lost) from lost
        if not data:
            raise self._lost(method, "skopeo ended")
        reply = json.loads(data)
        if not reply["success"]:
            raise ProxyError(method, reply["error"])
        return reply["value"], os.fdopen(fds[0], "rb") if fds else None, reply["pipeid"]

    def _lost(self, method, why):
        if self._cancellable and self._cancellable.is_cancelled():
            return Failed(CANCELLED)
        return ProxyError(method, str(why))
