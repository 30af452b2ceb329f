package dev.varve.sandbox.host;

import dev.varve.contract.Digest;
import dev.varve.contract.ImageReference;
import dev.varve.contract.Pullspec;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** Pulls an image and stages it: messages, tasks and failures in the order of rpm-ostree-dbus.md 7.2 and 7.4. */
final class Rebase implements Work {
    /** How much of the pull's time the staging takes. */
    private static final int STAGING_SHARE = 5;
    private static final int SHOWN_HEX = 19;
    private static final String REVISION = "revision";
    private static final String SIGNED = "ostree-image-signed:";
    private static final String ARCHITECTURE = "amd64";

    private final Storage storage;
    private final String refspec;
    private final Options options;

    Rebase(Storage storage, String refspec, Options options) {
        this.storage = storage;
        this.refspec = refspec;
        this.options = options;
    }

    @Override
    public Then run(Progress progress) throws TransactionFailed, InterruptedException {
        Sysroot sysroot = storage.sysroot();
        if (sysroot.merge().refspec().equals(refspec)) {
            throw new TransactionFailed("Old and new refs are equal: " + refspec);
        }
        String shown = refspec.replaceFirst("^" + SIGNED + "registry:", "ostree-image-signed:docker://");
        PullTrouble trouble = new PullTrouble(storage.faults());
        if (options.text(REVISION).isPresent()) {
            // Of the look for the revision, which takes none for an image.
            progress.progressEnd();
        }
        progress.message("Pulling manifest: " + shown);
        trouble.atManifest();
        if (refspec.startsWith(SIGNED)) {
            // The simulated host's policy is the one that hosts are installed with.
            throw new TransactionFailed(
                    "Preparing import: Fetching manifest: containers-policy.json specifies a default of `insecureAcceptAnything`; refusing usage");
        }
        ImageFacts image = fetch();
        if (!present(image)) {
            pull(image, shown, progress, trouble);
        }
        if (options.flag("download-only")) {
            progress.message("Update downloaded.");
            return Then.NOTHING;
        }
        progress.task("Staging deployment", () -> Thread.sleep(storage.times().pull().dividedBy(STAGING_SHARE)));
        trouble.beforeStaging(progress);
        sysroot.stage(deployment(image), options.flag("lock-finalization"));
        storage.changed();
        trouble.afterStaging(progress);
        storage.prune(progress);
        return reboot();
    }

    /** What a deployment is made of is there, also where it came with the installation. */
    private boolean present(ImageFacts image) {
        if (storage.sysroot().deployments().stream().anyMatch(deployment -> deployment.digest().equals(image.digest()))) {
            storage.layers().add(image);
        }
        return storage.layers().has(image);
    }

    private Pullspec pullspec() throws ImageFetchException {
        Pullspec named = ImageReference.pullspec(refspec).orElseThrow(ImageFetchException::invalidReference);
        return options.text(REVISION).map(revision -> named.withDigest(new Digest(revision))).orElse(named);
    }

    private void fetch(ImageFacts.Layer layer, Duration lasts) throws TransactionFailed, InterruptedException {
        try {
            storage.images().fetchLayer(pullspec(), layer);
        } catch (ImageFetchException failed) {
            throw new TransactionFailed(String.valueOf(failed.getMessage()));
        }
        Thread.sleep(lasts);
    }

    private ImageFacts fetch() throws TransactionFailed {
        try {
            ImageFacts image = storage.images().fetch(pullspec());
            if (!image.bootable()) {
                throw new TransactionFailed("Preparing import: Fetching manifest: Target image does not have ostree.bootable label");
            }
            if (!image.architecture().equals(ARCHITECTURE)) {
                throw new TransactionFailed(
                        "Preparing import: Fetching manifest: Image has architecture " + image.architecture() + "; expected " + ARCHITECTURE);
            }
            return image;
        } catch (ImageFetchException failed) {
            throw new TransactionFailed(String.valueOf(failed.getMessage()));
        }
    }

    private void pull(ImageFacts image, String shown, Progress progress, PullTrouble trouble)
            throws TransactionFailed, InterruptedException {
        progress.message("Importing: " + shown + " (digest: " + image.digest() + ")");
        announce("ostree chunk", image.layers().stream().filter(ImageFacts.Layer::chunk).toList(), progress);
        announce("custom", image.layers().stream().filter(layer -> !layer.chunk()).toList(), progress);
        List<ImageFacts.Layer> missing = image.layers().stream().filter(layer -> !storage.layers().has(layer)).toList();
        Duration importing = storage.times().pull().multipliedBy(STAGING_SHARE - 1).dividedBy(STAGING_SHARE);
        Duration each = importing.dividedBy(Math.max(1, image.layers().size()));
        for (int index = 0; index < missing.size(); index++) {
            ImageFacts.Layer layer = missing.get(index);
            progress.task(fetching(index, missing.size(), layer), () -> fetch(layer, each));
            trouble.atLayer(index, missing.size());
            storage.layers().add(layer);
        }
        storage.layers().add(image);
        progress.progressEnd();
    }

    private void announce(String kind, List<ImageFacts.Layer> layers, Progress progress) {
        List<ImageFacts.Layer> missing = layers.stream().filter(layer -> !storage.layers().has(layer)).toList();
        if (missing.size() < layers.size()) {
            progress.message(kind + " layers already present: " + (layers.size() - missing.size()));
        }
        if (!missing.isEmpty()) {
            long bytes = missing.stream().mapToLong(ImageFacts.Layer::bytes).sum();
            progress.message(kind + " layers needed: " + missing.size() + " (" + Sizes.format(bytes) + ")");
        }
    }

    private static String fetching(int index, int of, ImageFacts.Layer layer) {
        String kind = layer.chunk() ? "ostree chunk" : "layer";
        String hex = layer.digest().hex().substring(0, SHOWN_HEX);
        return "[" + index + "/" + of + "] Fetching " + kind + " " + hex + " (" + Sizes.format(layer.bytes()) + ")";
    }

    private Deployment deployment(ImageFacts image) {
        String checksum = ImageFacts.hash(image.digest() + " imported as " + UUID.randomUUID()).hex();
        List<String> kernelArguments = storage.sysroot().merge().kernelArguments();
        return new Deployment(refspec, image.digest(), image.version(), image.created(), checksum, kernelArguments);
    }

    private Then reboot() throws TransactionFailed {
        if (!options.flag("reboot")) {
            return Then.NOTHING;
        }
        storage.checkInhibitors();
        return Then.REBOOT;
    }
}
