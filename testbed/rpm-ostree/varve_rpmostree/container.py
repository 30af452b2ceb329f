"""`ostree container commit`, the last step of a container build: removes what a build leaves behind and does not
belong into an image, and refuses a tree that could not be deployed."""

import os
import shutil
import sys

from .errors import Failed

# Emptied. Each is the running system's, or a cache.
EMPTIED = ("run", "tmp", "var/tmp", "var/cache", "var/log")
DPKG_LEFTOVERS = ("lock", "lock-frontend", "status-old", "available-old", "diversions-old", "statoverride-old", "triggers/Lock")
DPKG = "usr/lib/sysimage/dpkg"


def main(argv):
    # ostree hands over its own command line, with the name of the extension first.
    arguments = argv[2:] if argv[1:2] == ["container"] else argv[1:]
    if arguments != ["commit"]:
        print("usage: ostree container commit", file=sys.stderr)
        return 2
    try:
        commit("/")
    except Failed as failed:
        print(f"error: {failed}", file=sys.stderr)
        return 1
    return 0


def commit(root):
    if os.path.exists(os.path.join(root, "run/ostree-booted")):
        raise Failed("ostree container commit is for container builds; this is a booted node")
    if os.path.isdir(os.path.join(root, "usr/etc")) and os.listdir(os.path.join(root, "usr/etc")):
        raise Failed("Found both /etc and /usr/etc: in a container image /etc alone may be there")
    if not kernels(root):
        raise Failed("Failed to find kernel in /usr/lib/modules")
    for name in EMPTIED:
        empty(os.path.join(root, name))
    for name in DPKG_LEFTOVERS:
        path = os.path.join(root, DPKG, name)
        if os.path.exists(path):
            os.remove(path)


def kernels(root):
    modules = os.path.join(root, "usr/lib/modules")
    names = os.listdir(modules) if os.path.isdir(modules) else []
    return [name for name in names if os.path.exists(os.path.join(modules, name, "vmlinuz"))]


def empty(directory, mounts=None):
    """What is mounted, as a container's runtime does with files below /run, is not the image's and stays. The table of
    mounts tells, not the device of a file: in an overlay, files and directories differ in that."""
    mounts = mount_points() if mounts is None else mounts
    if os.path.islink(directory) or not os.path.isdir(directory):
        return
    for entry in list(os.scandir(directory)):
        if entry.path in mounts:
            continue
        if not entry.is_dir(follow_symlinks=False):
            os.unlink(entry.path)
        elif any(point.startswith(entry.path + "/") for point in mounts):
            empty(entry.path, mounts)
        else:
            shutil.rmtree(entry.path)


def mount_points():
    with open("/proc/self/mountinfo", encoding="utf-8") as file:
        return {line.split()[4] for line in file}
