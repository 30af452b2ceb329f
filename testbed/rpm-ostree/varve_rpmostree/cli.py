"""The `rpm-ostree` command."""

import argparse
import shlex
import sys

from gi.repository import GLib

from . import DESCRIPTION, VERSION
from .client import Client
from .errors import Failed, text_of
from .packages import install
from .status import print_status


def main(argv):
    if argv[1:] == ["start-daemon"]:
        from .daemon import main as daemon

        return daemon()
    if "--version" in argv[1:2]:
        print(f"rpm-ostree:\n Version: '{VERSION}'\n Note: {DESCRIPTION}")
        return 0
    arguments = parser().parse_args(argv[1:])
    try:
        arguments.run(arguments, shlex.join(argv[1:]))
    except (Failed, GLib.Error) as failed:
        print(f"error: {text_of(failed)}", file=sys.stderr)
        return 1
    return 0


def parser():
    top = argparse.ArgumentParser(prog="rpm-ostree", description=DESCRIPTION)
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    def add(name, run, text):
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(run=run)
        return command

    add("status", status, "show the deployments").add_argument("--json", action="store_true")
    add("install", lambda given, _: install(given.package), "install packages in a container build").add_argument(
        "package", nargs="+"
    )
    command = add("rebase", rebase, "stage another image")
    command.add_argument("refspec")
    for name in ("--lock-finalization", "--reboot", "--download-only"):
        command.add_argument(name, action="store_true")
    command = add("kargs", kargs, "show or change the kernel arguments")
    for name in ("--append", "--append-if-missing", "--delete-if-present", "--delete"):
        command.add_argument(name, action="append", default=[])
    command.add_argument("--lock-finalization", action="store_true")
    command.add_argument("--reboot", action="store_true")
    command = add("cleanup", cleanup, "remove deployments and what nobody needs")
    for short, name in (("-b", "--base"), ("-p", "--pending"), ("-r", "--rollback"), ("-m", "--repomd")):
        command.add_argument(short, name, action="store_true")
    add("rollback", rollback, "boot the previous deployment next").add_argument("--reboot", "-r", action="store_true")
    command = add("finalize-deployment", finalize, "unlock what is staged and reboot into it")
    command.add_argument("checksum", nargs="?")
    command.add_argument("--allow-unlocked", action="store_true")
    command.add_argument("--allow-missing-checksum", action="store_true")
    add("cancel", lambda _given, _line: Client().cancel(), "cancel what runs")
    return top


def status(given, _line):
    print_status(Client().properties(), given.json)


def rebase(given, line):
    options = flags(given, line, "lock_finalization", "reboot", "download_only")
    Client().run("Rebase", GLib.Variant("(a{sv}sas)", (options, given.refspec, [])))


def kargs(given, line):
    client = Client()
    existing = client.boot_options()
    if not (given.append or given.append_if_missing or given.delete or given.delete_if_present):
        print(existing)
        return
    options = flags(given, line, "lock_finalization", "reboot")
    options["append-if-missing"] = GLib.Variant("as", given.append_if_missing)
    options["delete-if-present"] = GLib.Variant("as", given.delete_if_present)
    client.run("KernelArgs", GLib.Variant("(sasasasa{sv})", (existing, given.append, [], given.delete, options)))


def cleanup(given, _line):
    names = {"base": "base", "pending": "pending-deploy", "rollback": "rollback-deploy", "repomd": "repomd"}
    elements = [element for name, element in names.items() if getattr(given, name)]
    if not elements:
        raise Failed("At least one cleanup option must be specified")
    Client().run("Cleanup", GLib.Variant("(as)", (elements,)))


def rollback(given, line):
    Client().run("Rollback", GLib.Variant("(a{sv})", (flags(given, line, "reboot"),)))


def finalize(given, line):
    options = flags(given, line, "allow_unlocked", "allow_missing_checksum")
    if given.checksum:
        options["checksum"] = GLib.Variant("s", given.checksum)
    Client().run("FinalizeDeployment", GLib.Variant("(a{sv})", (options,)))


def flags(given, line, *names):
    options = {name.replace("_", "-"): GLib.Variant("b", True) for name in names if getattr(given, name)}
    options["initiating-command-line"] = GLib.Variant("s", line)
    return options
