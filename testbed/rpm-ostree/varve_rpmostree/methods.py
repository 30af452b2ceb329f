"""Which transaction each method of the OS object stands for, and the one method that only asks."""

from gi.repository import GLib

from . import sysroot, works
from .errors import Refused, failed
from .options import Options
from .transaction import Request

CLEANUPS = ("base", "pending-deploy", "rollback-deploy", "repomd")
# The title of a deployment's transaction before its start.
UNSTARTED = "new-deployment"


def request(method, sender, path, parameters, client):
    """Raises Refused where arguments are refused at once."""

    def make(options, kind, work, before=None):
        after = options.text("initiating-command-line") if options else None
        return Request(method, sender, path, parameters, before or after or kind, after or kind, client, work)

    arguments = [parameters.get_child_value(index) for index in range(parameters.n_children())]
    if method == "Rebase":
        options, refspec = Options(arguments[0]), arguments[1].get_string()
        return make(options, downloading("rebase", options), works.rebase(refspec, options), UNSTARTED)
    if method == "Deploy":
        options = Options(arguments[1])
        return make(options, downloading("deploy", options), works.redeploy(arguments[0].get_string(), options), UNSTARTED)
    if method == "UpdateDeployment":
        return make(*update(Options(arguments[0]), Options(arguments[1])), UNSTARTED)
    if method == "FinalizeDeployment":
        options = Options(arguments[0])
        return make(options, "finalize-deployment", works.finalize(options))
    if method == "Rollback":
        return make(None, "rollback", works.roll_back(Options(arguments[0])))
    if method == "Cleanup":
        return make(None, "cleanup", works.cleanup(cleanups(arguments[0].unpack())))
    options = Options(arguments[4])
    return make(options, "kargs", works.kernel_args(*(one.unpack() for one in arguments[:4]), options))


def update(modifiers, options):
    refspec, revision = modifiers.text("set-refspec"), modifiers.text("set-revision")
    if refspec is not None:
        return options, downloading("rebase", options), works.rebase(refspec, options)
    if revision is not None:
        return options, downloading("deploy", options), works.redeploy(revision, options)
    raise failed("this stand-in updates a deployment by set-refspec or set-revision only")


def downloading(kind, options):
    return kind + " (download only)" if options.flag("download-only") else kind


def cleanups(elements):
    for element in elements:
        if element not in CLEANUPS:
            raise failed(f"Invalid cleanup type: {element}")
    return elements


def boot_config(root, wanted, pending):
    """With something staged and asked for, its options alone: it has no boot entry yet."""
    if pending and not wanted and root.staged is not None:
        options = " ".join(sysroot.kernel_arguments(root.staged))
        return {"staged": GLib.Variant("b", True), "options": GLib.Variant("s", options)}
    entries = [one for one in root.deployments if not one.is_staged()]
    chosen = root.by_id(wanted) if wanted else root.booted or entries[0]
    if chosen is None:
        raise Refused("org.projectatomic.rpmostreed.Error.Failed", f"Deployment with id '{wanted}' not found")
    config = chosen.get_bootconfig()
    values = {key: config.get(key) for key in ("title", "linux", "initrd", "options", "version")}
    entry = {key: GLib.Variant("s", value) for key, value in values.items() if value is not None}
    entry["staged"] = GLib.Variant("b", chosen.is_staged())
    return entry
