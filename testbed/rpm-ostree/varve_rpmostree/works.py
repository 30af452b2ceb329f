"""What each kind of transaction does, in rpm-ostree's order: what it checks, says, and changes."""

import enum

from gi.repository import GLib

from . import inhibitors, references, sysroot
from .errors import Failed, check, text_of
from .importer import Importer
from .prune import prune


class Then(enum.Enum):
    NOTHING = 0
    REBOOT = 1


# A work is called with (root, progress, cancellable) on a thread of its own; progress.deployments_changed() tells the bus.


def rebase(refspec, options):
    def work(root, progress, cancellable):
        if sysroot.reference(root.merge) == refspec:
            raise Failed(f"Old and new refs are equal: {refspec}")
        return deploy(root, progress, cancellable, refspec, options)

    return work


def redeploy(revision, options):
    """Another digest of the image that there is."""

    def work(root, progress, cancellable):
        image = (sysroot.reference(root.merge) or "").partition("@")[0]
        return rebase(f"{image}@{revision}", options)(root, progress, cancellable)

    return work


def deploy(root, progress, cancellable, refspec, options):
    revision = options.text("revision")
    if revision is not None:
        # Of the look for the revision, which takes none for an image.
        progress.progress_end()
    # Under the reference with the digest, which is not the deployment's: the image is pruned once that is staged.
    pulled = refspec if revision is None else references.with_digest(refspec, revision)
    commit = Importer(root.repo, progress, cancellable).pull(pulled)
    if options.flag("download-only"):
        progress.message("Update downloaded.")
        return Then.NOTHING
    if options.flag("dry-run"):
        return Then.NOTHING
    arguments = sysroot.kernel_arguments(root.merge)
    stage(root, progress, cancellable, commit, refspec, arguments, options)
    return reboot(options)


def stage(root, progress, cancellable, commit, refspec, arguments, options):
    check(cancellable)
    with progress.task("Staging deployment"):
        kept = [one for one in arguments if not one.startswith(("ostree=", "BOOT_IMAGE="))]
        try:
            root.stage(commit, refspec, kept, options.flag("lock-finalization"), cancellable)
        except (GLib.Error, Failed) as error:
            check(cancellable)
            raise Failed(text_of(error)) from error
    progress.deployments_changed()
    prune(sysroot.Sysroot(), progress, None)


def kernel_args(existing, added, replaced, removed, options):
    """`existing` is all there shall be before the changes: what it lacks is lost."""

    def work(root, progress, cancellable):
        before = existing.split()
        after = changed_arguments(before, added, replaced, removed, options)
        if after == before:
            progress.message("No changes.")
            return Then.NOTHING
        merge = root.merge
        stage(root, progress, cancellable, merge.get_csum(), sysroot.reference(merge), after, options)
        return reboot(options)

    return work


def changed_arguments(before, added, replaced, removed, options):
    after = [one for one in before if one not in removed and one not in options.texts("delete-if-present")]
    for one in replaced:
        key = one.partition("=")[0] + "="
        after = [other for other in after if not other.startswith(key)] + [one]
    after += added
    after += [one for one in options.texts("append-if-missing") if one not in after]
    final = options.text("final-kernel-args")
    return final.split() if final is not None else after


def cleanup(elements):
    def work(root, progress, cancellable):
        pending, rollback = "pending-deploy" in elements, "rollback-deploy" in elements
        if pending or rollback:
            kept = remaining(root, pending, rollback)
            if len(kept) < len(root.deployments):
                root.write(kept, cancellable)
                progress.deployments_changed()
            else:
                progress.message("Deployments unchanged.")
        prune(sysroot.Sysroot(), progress, cancellable)
        return Then.NOTHING

    return work


def remaining(root, pending, rollback):
    """Pinned ones and those of other systems stay."""
    kept, behind, booted = [], False, root.booted
    for one in root.deployments:
        if booted is not None and one.equal(booted):
            kept.append(one)
            behind = True
        elif one.is_pinned() or one.get_osname() != root.osname or not (rollback if behind else pending):
            kept.append(one)
    return kept


def roll_back(options):
    def work(root, progress, cancellable):
        if root.staged is not None:
            raise Failed("Staged deployment (remove with cleanup -p)")
        ours = [one for one in root.deployments if one.get_osname() == root.osname]
        if len(ours) < 2:
            raise Failed("No rollback deployment found")
        # With something pending, that is what is taken back.
        wanted = root.rollback if ours[0].equal(root.booted) else root.booted
        progress.message(f"Moving '{wanted.get_csum()}.{wanted.get_deployserial()}' to be first deployment")
        root.write([wanted] + [one for one in root.deployments if not one.equal(wanted)], cancellable)
        progress.deployments_changed()
        return reboot(options)

    return work


def finalize(options):
    def work(root, progress, cancellable):
        staged = sysroot.require_staged(root)
        wanted = options.text("checksum")
        if wanted is None and not options.flag("allow-missing-checksum"):
            raise Failed("Missing expected checksum")
        found = root.digest(staged) or staged.get_csum()
        if wanted is not None and wanted != found:
            raise Failed(f"Expected staged base checksum {wanted}, but found {found}")
        inhibitors.require_none()
        if sysroot.staged_locked():
            root.unlock()
        elif not options.flag("allow-unlocked"):
            raise Failed("Staged deployment already unlocked")
        progress.deployments_changed()
        return Then.REBOOT

    return work


def reboot(options):
    if not options.flag("reboot"):
        return Then.NOTHING
    inhibitors.require_none()
    return Then.REBOOT

