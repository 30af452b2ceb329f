"""A stand-in for rpm-ostree on the testbed's nodes: its D-Bus interface, its words and the order in which it says
them, with the real libostree and the real skopeo doing the work. A test fixture; the real daemon can take its place
without a change to anything else."""

VERSION = "2025.8"
DESCRIPTION = "stand-in for tests of Varve, behaves like rpm-ostree 2025.8"

import gi

gi.require_version("OSTree", "1.0")
