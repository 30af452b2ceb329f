"""The rig's units: some are processes. A reboot is written down and nothing else."""

import os
import signal
import subprocess
import time

DIRECTORY = "/run/alone/"
KILLS_AFTER_SECONDS = 10
ENDS = (signal.SIGKILL, signal.SIGTERM)


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


def write_down_reboot(how):
    with open(DIRECTORY + "reboots", "a", encoding="utf-8") as file:
        file.write(f"{time.time():.3f} {how}: simulated, nothing reboots\n")
