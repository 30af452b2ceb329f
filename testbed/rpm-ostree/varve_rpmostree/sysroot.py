"""The deployments of the node: reading them, and what libostree does to them."""

from gi.repository import GLib, OSTree

from .errors import Failed
from .importer import manifest_digest
from .stage import stage

ORIGIN = "origin"
CONTAINER = "container-image-reference"
STAGED_FILE = "/run/ostree/staged-deployment"


class Sysroot:
    """libostree's view as of when it was made; make another to see what has changed. `shielded`: where /sysroot is
    read-only for everybody else, the process has a mount namespace of its own in which it is not."""

    def __init__(self, shielded=True):
        self.ostree = OSTree.Sysroot.new_default()
        if shielded:
            self.ostree.set_mount_namespace_in_use()
        self.ostree.load(None)
        self.repo = self.ostree.get_repo(None)[1]
        # A power cut of these nodes keeps the page cache, so syncing each file would only cost time.
        self.repo.set_disable_fsync(True)

    @property
    def deployments(self):
        """In boot order, the staged one first."""
        return self.ostree.get_deployments()

    @property
    def booted(self):
        return self.ostree.get_booted_deployment()

    @property
    def staged(self):
        return self.ostree.get_staged_deployment()

    @property
    def osname(self):
        booted = self.booted
        return booted.get_osname() if booted else self.deployments[0].get_osname()

    @property
    def merge(self):
        """The one whose origin and kernel arguments a new deployment takes: staged or pending before booted."""
        return next(one for one in self.deployments if one.get_osname() == self.osname)

    @property
    def rollback(self):
        """The first one behind the booted one, None without."""
        booted = self.booted
        behind = False
        for one in self.deployments:
            if behind and one.get_osname() == self.osname:
                return one
            behind = behind or (booted is not None and one.equal(booted))
        return None

    def digest(self, deployment):
        return manifest_digest(self.repo, deployment.get_csum())

    def by_id(self, wanted):
        return next((one for one in self.deployments if deployment_id(one) == wanted), None)

    def stage(self, commit, reference, arguments, locked, cancellable):
        """Also of a host that has something staged: that is replaced."""
        origin = (ORIGIN, CONTAINER, reference)
        stage(self.ostree, self.osname, commit, origin, self.booted, arguments, locked, cancellable)
        self.ostree.load(None)

    def unlock(self):
        self.ostree.change_finalization(self.staged)

    def write(self, deployments, cancellable):
        options = OSTree.SysrootWriteDeploymentsOpts()
        # Pruning comes after, with its messages.
        options.do_postclean = False
        self.ostree.write_deployments_with_options(deployments, options, cancellable)


def deployment_id(deployment):
    return f"{deployment.get_osname()}-{deployment.get_csum()}.{deployment.get_deployserial()}"


def reference(deployment):
    """The refspec it was made from, None for one that came from no container."""
    origin = deployment.get_origin()
    if origin is None or CONTAINER not in origin.get_keys(ORIGIN)[0]:
        return None
    return origin.get_string(ORIGIN, CONTAINER)


def kernel_arguments(deployment):
    return (deployment.get_bootconfig().get("options") or "").split()


def staged_locked():
    """libostree's own file tells; None where nothing is staged."""
    try:
        with open(STAGED_FILE, "rb") as file:
            data = file.read()
    except FileNotFoundError:
        return None
    state = GLib.Variant.new_from_bytes(GLib.VariantType("a{sv}"), GLib.Bytes.new(data), True)
    locked = state.lookup_value("locked", GLib.VariantType("b"))
    return locked is not None and locked.get_boolean()


def require_staged(sysroot):
    if sysroot.staged is None:
        raise Failed("No pending staged deployment found")
    return sysroot.staged
