package dev.varve.sandbox.host;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The shorter transactions: what they check, in rpm-ostree's order, and what they change. */
final class Works {
    private static final String OSTREE_ARGUMENT = "ostree=";
    private static final String BOOT_IMAGE_ARGUMENT = "BOOT_IMAGE=";

    private Works() {}

    /** Unlocks the stage of exactly that digest and reboots. */
    static Work finalizeDeployment(Storage storage, Options options) {
        return progress -> {
            Sysroot.Stage stage = storage.sysroot().staged().orElseThrow(() -> new TransactionFailed("No pending staged deployment found"));
            Optional<String> wanted = options.text("checksum");
            if (wanted.isEmpty() && !options.flag("allow-missing-checksum")) {
                throw new TransactionFailed("Missing expected checksum");
            }
            String digest = stage.deployment().digest().value();
            if (wanted.isPresent() && !wanted.get().equals(digest)) {
                throw new TransactionFailed("Expected staged base checksum " + wanted.get() + ", but found " + digest);
            }
            storage.checkInhibitors();
            if (!stage.locked() && !options.flag("allow-unlocked")) {
                throw new TransactionFailed("Staged deployment already unlocked");
            }
            storage.sysroot().unlock();
            storage.changed();
            return Work.Then.REBOOT;
        };
    }

    static Work rollback(Storage storage, Options options) {
        return progress -> {
            Sysroot sysroot = storage.sysroot();
            if (sysroot.staged().isPresent()) {
                throw new TransactionFailed("Staged deployment (remove with cleanup -p)");
            }
            if (sysroot.deployments().size() < 2) {
                throw new TransactionFailed("No rollback deployment found");
            }
            Deployment next = sysroot.rollback().orElse(sysroot.booted());
            progress.message("Moving '" + next.checksum() + ".0' to be first deployment");
            sysroot.moveFirst(next);
            storage.changed();
            if (!options.flag("reboot")) {
                return Work.Then.NOTHING;
            }
            storage.checkInhibitors();
            return Work.Then.REBOOT;
        };
    }

    static Work cleanup(Storage storage, List<String> elements) {
        return progress -> {
            boolean pending = elements.contains("pending-deploy");
            boolean rollback = elements.contains("rollback-deploy");
            boolean changed = pending && storage.sysroot().dropPending();
            changed |= rollback && storage.sysroot().dropRollback();
            if (changed) {
                storage.changed();
            } else if (pending || rollback) {
                progress.message("Deployments unchanged.");
            }
            storage.prune(progress);
            return Work.Then.NOTHING;
        };
    }

    /** @param existing the whole present options; whatever is not in there is lost (rpm-ostree-dbus.md 7.1) */
    static Work kernelArguments(Storage storage, String existing, List<String> added, List<String> removed, Options options) {
        return progress -> {
            List<String> before = List.of(existing.isBlank() ? new String[0] : existing.trim().split("\\s+"));
            List<String> after = new ArrayList<>(before);
            after.removeAll(removed);
            after.addAll(added);
            options.texts("append-if-missing").stream().filter(argument -> !before.contains(argument)).forEach(after::add);
            options.texts("delete-if-present").forEach(argument -> after.removeIf(argument::equals));
            if (after.equals(before)) {
                progress.message("No changes.");
                return Work.Then.NOTHING;
            }
            after.removeIf(argument -> argument.startsWith(OSTREE_ARGUMENT) || argument.startsWith(BOOT_IMAGE_ARGUMENT));
            Deployment changed = storage.sysroot().merge().withKernelArguments(after);
            progress.task("Staging deployment", () -> storage.sysroot().stage(changed, options.flag("lock-finalization")));
            storage.changed();
            storage.prune(progress);
            return options.flag("reboot") ? Work.Then.REBOOT : Work.Then.NOTHING;
        };
    }
}
