"""What a client meets on the bus and the peer socket of rpm-ostree, stand-in or real. Runs on a booted node as root:

    IMAGE=HOST/REPOSITORY@DIGEST OTHER=HOST/REPOSITORY@DIGEST python3 wire.py

Both images can be pulled, share their lower layers with the booted one, and neither is booted. Ends as it began: with
nothing staged."""

import os
import re
import subprocess
import time
import unittest

from gi.repository import Gio, GLib

NAME = "org.projectatomic.rpmostree1"
SYSROOT_PATH = "/org/projectatomic/rpmostree1/Sysroot"
OS_PATH = "/org/projectatomic/rpmostree1/fedora_coreos"
TRANSACTION = NAME + ".Transaction"
QUARK = "org.gtk.GDBus.UnmappedGError.Quark._g_2dio_2derror_2dquark.Code"
IMAGE = "ostree-unverified-registry:" + os.environ.get("IMAGE", "")
OTHER = "ostree-unverified-registry:" + os.environ.get("OTHER", "")
DIGEST = IMAGE.partition("@")[2]
SIZE = "[0-9.]+\u00a0([kMG]B|bytes?)"
LIMIT = 20


def iterate(until):
    """Lets signals come in until there is what is waited for."""
    end = time.monotonic() + LIMIT
    while not until():
        if time.monotonic() > end:
            raise AssertionError("nothing came within 20 s")
        GLib.MainContext.default().iteration(True)


class Wire:
    def __init__(self):
        self.bus = Gio.DBusConnection.new_for_address_sync(
            Gio.dbus_address_get_for_bus_sync(Gio.BusType.SYSTEM),
            Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None,
        )
        self.bus.set_exit_on_close(False)
        self.changes = []
        self.bus.signal_subscribe(
            NAME, "org.freedesktop.DBus.Properties", "PropertiesChanged", None, None, Gio.DBusSignalFlags.NONE,
            lambda *heard: self.changes.append(heard[5].unpack()[1]),
        )
        # So that iterate() comes back to look at the time.
        GLib.timeout_add(100, lambda: True)

    def call(self, member, signature=None, *values, path=OS_PATH, interface=NAME + ".OS"):
        parameters = GLib.Variant(signature, values) if signature else None
        try:
            answer = self.bus.call_sync(NAME, path, interface, member, parameters, None, 0, 100_000, None).unpack()
        except GLib.Error as error:
            raise Error(Gio.DBusError.get_remote_error(error), re.sub(r"^GDBus.Error:\S+: ", "", error.message)) from None
        return answer[0] if answer else None

    def sysroot(self, member, signature=None, *values):
        return self.call(member, signature, *values, path=SYSROOT_PATH, interface=NAME + ".Sysroot")

    def property(self, name):
        return self.call(
            "Get", "(ss)", NAME + ".Sysroot", name, path=SYSROOT_PATH, interface="org.freedesktop.DBus.Properties"
        )

    def rebase(self, refspec, **more):
        options = {"lock-finalization": GLib.Variant("b", True)}
        options.update({key.replace("_", "-"): value for key, value in more.items()})
        return self.call("Rebase", "(a{sv}sas)", options, refspec, [])

    def finalize(self, **options):
        variants = {key.replace("_", "-"): GLib.Variant("s" if isinstance(value, str) else "b", value) for key, value in options.items()}
        return self.call("FinalizeDeployment", "(a{sv})", variants)

    def end(self):
        """Starts what was asked for and follows it to its end; the text of Finished, and what was heard before."""
        peer = Peer()
        peer.start()
        text = peer.end()
        peer.close()
        self.sysroot("Reload")
        return text, peer.heard

    def close(self):
        if not self.bus.is_closed():
            self.bus.close_sync(None)


class Peer:
    def __init__(self):
        self.heard = []
        self.closed = False
        self.peer = Gio.DBusConnection.new_for_address_sync(
            "unix:path=/run/rpm-ostree-transaction.sock", Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT, None, None
        )
        self.peer.set_exit_on_close(False)
        self.peer.connect("closed", lambda *_: setattr(self, "closed", True))
        self.peer.signal_subscribe(
            None, TRANSACTION, None, "/", None, Gio.DBusSignalFlags.NONE,
            lambda *heard: self.heard.append((heard[4], *heard[5].unpack())),
        )

    def call(self, interface, member, parameters=None):
        return self.peer.call_sync(None, "/", interface, member, parameters, None, 0, 30_000, None).unpack()

    def start(self):
        return self.call(TRANSACTION, "Start")[0]

    def cancel(self):
        self.call(TRANSACTION, "Cancel")

    def title(self):
        return self.call("org.freedesktop.DBus.Properties", "Get", GLib.Variant("(ss)", (TRANSACTION, "Title")))[0]

    def until(self, *wanted):
        iterate(lambda: any(one[: len(wanted)] == wanted for one in self.heard))

    def end(self):
        iterate(lambda: any(one[0] == "Finished" for one in self.heard))
        success, text = next(one for one in self.heard if one[0] == "Finished")[1:]
        assert success == (not text)
        return text

    def close(self):
        if not self.closed:
            self.peer.close_sync(None)


class Error(Exception):
    def __init__(self, name, text):
        super().__init__(f"{name}: {text}")
        self.name = name
        self.text = text


class WireTest(unittest.TestCase):
    def setUp(self):
        self.wire = Wire()
        self.addCleanup(lambda: self.wire.close())
        self.wire.call("Cleanup", "(as)", ["pending-deploy"])
        self.wire.end()

    def tearDown(self):
        wire = Wire()
        wire.sysroot("Reload")
        wire.call("Cleanup", "(as)", ["pending-deploy"])
        wire.end()
        wire.close()

    def refused(self, code, text, call, *arguments, **named):
        with self.assertRaises(Error) as raised:
            call(*arguments, **named)
        self.assertEqual((QUARK + str(code), text), (raised.exception.name, raised.exception.text))

    def busy(self, title, call, *arguments, **named):
        text = f"Transaction in progress: {title}\n You can cancel the current transaction with `rpm-ostree cancel`"
        self.refused(26, text, call, *arguments, **named)

    def test_tells_of_a_rebase_in_order(self):
        self.assertEqual("unix:path=/run/rpm-ostree-transaction.sock", self.wire.rebase(IMAGE))
        text, heard = self.wire.end()
        self.assertEqual("", text)
        lines = [" ".join(map(str, one)) for one in heard]
        expected = [
            "Message Pulling manifest: " + re.escape(IMAGE),
            f"Message Importing: {re.escape(IMAGE)} \\(digest: {DIGEST}\\)",
            "Message (ostree chunk|custom) layers already present: \\d+",
            f"Message custom layers needed: 1 \\({SIZE}\\)",
            f"TaskBegin \\[0/1\\] Fetching layer [0-9a-f]{{19}} \\({SIZE}\\)",
            "TaskEnd done", "ProgressEnd", "TaskBegin Staging deployment", "TaskEnd done",
        ]
        for pattern, line in zip(expected, lines):
            self.assertRegex(line, f"^{pattern}$")
        self.assertEqual("Finished True ", lines[-1])
        first = self.wire.property("Deployments")[0]
        self.assertEqual((True, False, IMAGE, DIGEST), tuple(
            first[key] for key in ("staged", "booted", "container-image-reference", "container-image-reference-digest")
        ))
        self.assertNotIn("finalization-locked", first)
        with open("/run/ostree/staged-deployment", "rb") as file:
            self.assertIn(b"locked\0", file.read())

    def test_changes_the_deployments_before_it_finishes(self):
        self.wire.rebase(IMAGE)
        peer = Peer()
        peer.start()
        peer.end()
        iterate(lambda: any("Deployments" in one for one in self.wire.changes))
        self.assertTrue(any({"ActiveTransaction", "ActiveTransactionPath"} <= set(one) for one in self.wire.changes))
        peer.close()

    def test_refuses_the_reference_that_is_there(self):
        self.wire.rebase(IMAGE)
        self.wire.end()
        self.wire.rebase(IMAGE)
        self.assertEqual(("Old and new refs are equal: " + IMAGE), self.wire.end()[0])

    def test_joins_an_equal_request_and_refuses_another(self):
        address = self.wire.rebase(IMAGE)
        second = Wire()
        self.addCleanup(second.close)
        self.assertEqual(address, second.rebase(IMAGE))
        self.busy("new-deployment", second.rebase, OTHER)
        self.busy("new-deployment", second.rebase, IMAGE, reboot=GLib.Variant("b", False))
        self.assertEqual("", self.wire.end()[0])

    def test_takes_its_title_from_the_command_line_once_started(self):
        self.wire.rebase(IMAGE, initiating_command_line=GLib.Variant("s", "told by a test"))
        peer = Peer()
        self.assertEqual("new-deployment", peer.title())
        self.assertTrue(peer.start())
        self.assertEqual("told by a test", peer.title())
        self.busy("told by a test", self.wire.call, "Cleanup", "(as)", ["base"])
        peer.end()
        peer.close()

    def test_stays_active_until_its_peers_have_left(self):
        self.wire.rebase(IMAGE)
        first, late = Peer(), Peer()
        self.assertTrue(first.start())
        first.end()
        late.until("Finished")
        late.heard.clear()
        self.assertFalse(late.start())
        self.assertEqual("", late.end())
        first.close()
        self.busy("rebase", self.wire.call, "Cleanup", "(as)", ["base"])
        late.close()
        self.wire.sysroot("Reload")
        self.assertEqual("", self.wire.property("ActiveTransactionPath"))

    def test_goes_on_without_its_client(self):
        client = Wire()
        client.rebase(IMAGE)
        peer = Peer()
        peer.start()
        peer.close()
        client.close()
        iterate(lambda: self.wire.property("ActiveTransactionPath") == "")
        self.assertEqual(IMAGE, self.wire.property("Deployments")[0]["container-image-reference"])

    def test_drops_what_was_never_started_when_its_client_leaves(self):
        client = Wire()
        client.rebase(IMAGE)
        self.busy("new-deployment", self.wire.rebase, OTHER)
        client.close()
        iterate(lambda: self.wire.property("ActiveTransactionPath") == "")
        self.assertFalse(self.wire.property("Deployments")[0]["staged"])

    def test_cancels(self):
        self.wire.rebase(IMAGE)
        peer = Peer()
        peer.start()
        peer.until("TaskBegin")
        peer.cancel()
        self.assertEqual("Operation was cancelled", peer.end())
        self.assertEqual(("TaskEnd", "done"), peer.heard[-2])
        self.assertNotIn(("ProgressEnd",), peer.heard)
        peer.close()

    def test_accepts_a_cancel_before_the_start(self):
        self.wire.rebase(IMAGE)
        peer = Peer()
        peer.cancel()
        self.assertTrue(peer.start())
        self.assertEqual("Operation was cancelled", peer.end())
        peer.close()

    def test_checks_what_it_finalizes(self):
        self.wire.finalize(checksum="x")
        self.assertEqual("No pending staged deployment found", self.wire.end()[0])
        self.wire.rebase(IMAGE)
        self.wire.end()
        self.wire.finalize()
        self.assertEqual("Missing expected checksum", self.wire.end()[0])
        self.wire.finalize(checksum="0")
        self.assertEqual(f"Expected staged base checksum 0, but found {DIGEST}", self.wire.end()[0])
        block = subprocess.Popen(
            ["systemd-inhibit", "--what=shutdown", "--who=test", "--why=because", "sh", "-c", "echo on; read x"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        block.stdout.readline()
        self.wire.finalize(checksum=DIGEST)
        text = self.wire.end()[0]
        block.communicate(b"\n")
        self.assertEqual("Reboot blocked by a systemd inhibitor lock in `block` mode\nHeld by: test\nReason: because", text)

    def test_does_not_finalize_what_is_unlocked(self):
        self.wire.rebase(IMAGE, lock_finalization=GLib.Variant("s", "of another type"))
        self.wire.end()
        self.wire.finalize(checksum=DIGEST)
        self.assertEqual("Staged deployment already unlocked", self.wire.end()[0])

    def test_keeps_the_kernel_arguments_that_are_handed_in(self):
        def options(pending):
            return self.wire.call("GetDeploymentBootConfig", "(sb)", "", pending)

        self.assertLessEqual({"initrd", "linux", "options", "staged", "title", "version"}, set(options(False)))
        self.wire.rebase(IMAGE)
        self.wire.end()
        self.assertEqual({"staged", "options"}, set(options(True)))
        more = {"append-if-missing": GLib.Variant("as", ["quiet"]), "lock-finalization": GLib.Variant("b", True)}
        self.wire.call("KernelArgs", "(sasasasa{sv})", options(True)["options"], [], [], [], more)
        self.assertEqual("", self.wire.end()[0])
        self.assertRegex(options(True)["options"], "root=.* quiet")
        self.wire.call("KernelArgs", "(sasasasa{sv})", "", ["debug"], [], [], {})
        self.assertEqual("", self.wire.end()[0])
        self.assertEqual("debug", options(True)["options"])
        self.wire.finalize(checksum=DIGEST)
        self.assertEqual("Staged deployment already unlocked", self.wire.end()[0], "lost its lock with the arguments")

    def test_cleans_up(self):
        self.wire.call("Cleanup", "(as)", ["pending-deploy"])
        self.assertIn(("Message", "Deployments unchanged."), self.wire.end()[1])
        self.wire.rebase(IMAGE)
        self.wire.end()
        self.wire.call("Cleanup", "(as)", ["pending-deploy"])
        heard = self.wire.end()[1]
        self.assertIn(("Message", "Pruned images: 1 (layers: 1)"), heard)
        self.assertTrue(any(re.fullmatch(f"Freed: {SIZE}", str(one[1])) for one in heard if one[0] == "Message"))
        self.assertFalse(os.path.exists("/run/ostree/staged-deployment"))
        self.wire.call("Cleanup", "(as)", ["base"])
        self.assertNotIn(("Message", "Deployments unchanged."), self.wire.end()[1])
        self.refused(0, "Invalid cleanup type: bogus", self.wire.call, "Cleanup", "(as)", ["bogus"])

    def test_does_not_roll_back_over_a_stage(self):
        self.wire.rebase(IMAGE)
        self.wire.end()
        self.wire.call("Rollback", "(a{sv})", {})
        self.assertEqual("Staged deployment (remove with cleanup -p)", self.wire.end()[0])

    def test_respects_the_lock_of_the_sysroot(self):
        holder = subprocess.Popen(
            ["python3", "-c", "import gi; gi.require_version('OSTree','1.0'); from gi.repository import OSTree\n"
             "s=OSTree.Sysroot.new_default(); s.initialize_with_mount_namespace(None); s.load(None); print(s.try_lock()[1], flush=True); input()"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        self.assertEqual(b"True\n", holder.stdout.readline())
        self.refused(26, "System transaction in progress", self.wire.rebase, IMAGE)
        holder.communicate(b"\n")

    def test_says_nothing_when_it_dies(self):
        self.wire.rebase(IMAGE)
        peer = Peer()
        peer.start()
        peer.until("TaskBegin")
        subprocess.run(["systemctl", "kill", "--signal=KILL", "rpm-ostreed"], check=True)
        iterate(lambda: peer.closed)
        self.wire.close()
        self.wire = Wire()
        subprocess.run(["systemctl", "stop", "rpm-ostreed"], check=True)
        self.assertFalse(any(one[0] == "Finished" for one in peer.heard))
        self.assertEqual("", self.wire.property("ActiveTransactionPath"))

    def test_tells_what_others_do_to_the_deployments(self):
        self.wire.rebase(IMAGE)
        self.wire.end()
        iterate(lambda: any("Deployments" in one for one in self.wire.changes))
        self.wire.changes.clear()
        subprocess.run(["ostree", "admin", "undeploy", "0"], check=True, stdout=subprocess.DEVNULL)
        iterate(lambda: any("Deployments" in one and not one["Deployments"][0]["staged"] for one in self.wire.changes))

    def test_knows_its_systems_by_name(self):
        self.assertEqual(OS_PATH, self.wire.sysroot("GetOS", "(s)", "fedora-coreos"))
        self.assertEqual(OS_PATH, self.wire.property("Booted"))
        self.refused(1, 'OS name "x" not found', self.wire.sysroot, "GetOS", "(s)", "x")


if __name__ == "__main__":
    unittest.main()
