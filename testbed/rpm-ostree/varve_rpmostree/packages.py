"""`rpm-ostree install` in a container build: packages and what they depend on, from the directory of them that every
image of the testbed carries. There is no network in such a build, and dpkg stands in for rpm."""

import os
import re
import subprocess

from .errors import Failed

POOL = "/usr/share/varve-testbed/packages"


def install(names):
    if os.path.exists("/run/ostree-booted"):
        raise Failed("this stand-in installs packages in a container build only, not on a booted node")
    pool = {field(path, "Package"): path for path in files()}
    missing = sorted(name for name in names if name not in pool and not installed(name))
    if missing:
        raise Failed("Packages not found: " + ", ".join(missing))
    print("Resolving dependencies...done", flush=True)
    chosen = closure(names, pool)
    if not chosen:
        print("No packages to install: all of them are there.", flush=True)
        return
    print("Installing: " + ", ".join(sorted(chosen)), flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        ["dpkg", "--force-unsafe-io", "--install", *(pool[name] for name in sorted(chosen))],
        env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )
    if done.returncode:
        raise Failed(f"dpkg could not install {', '.join(sorted(chosen))}: {done.stdout.strip()}")
    for name in sorted(chosen):
        print(f"  {name} {field(pool[name], 'Version')}", flush=True)


def closure(names, pool):
    """Those that are not installed, with all that they need; what the pool lacks is left for dpkg to name."""
    chosen, waiting = set(), list(names)
    while waiting:
        name = waiting.pop()
        if name in chosen or name not in pool or installed(name):
            continue
        chosen.add(name)
        waiting += dependencies(pool[name])
    return chosen


def dependencies(path):
    """First alternatives, without versions."""
    text = ",".join(field(path, key) for key in ("Depends", "Pre-Depends"))
    return [found.group() for part in text.split(",") if (found := re.match(r"[a-z0-9.+-]+", part.strip()))]


def files():
    if not os.path.isdir(POOL):
        return []
    return [os.path.join(POOL, name) for name in sorted(os.listdir(POOL)) if name.endswith(".deb")]


def field(path, key):
    return subprocess.run(["dpkg-deb", "--field", path, key], capture_output=True, text=True, check=True).stdout.strip()


def installed(name):
    asked = subprocess.run(
        ["dpkg-query", "--show", "--showformat", "${db:Status-Status}", name], capture_output=True, text=True, check=False
    )
    return asked.stdout == "installed"
