package dev.varve.agent.rpmostree;

import dev.varve.agent.decide.Deployment;
import dev.varve.agent.decide.HostTransaction;
import dev.varve.agent.decide.KernelArguments;
import dev.varve.agent.host.HostException;
import dev.varve.contract.Pullspec;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one image to where it is staged and locked, from wherever an earlier try has stopped. What was heard of a transaction
 * is never the last word: the deployments are read again after each (rpm-ostree-dbus.md 7.1).
 */
final class Staging {
    private static final Logger LOG = LoggerFactory.getLogger(Staging.class);
    private static final String EQUAL_REFERENCES = "Old and new refs are equal";

    /** On the command line, but not a deployment's own: put there anew by boot loaders and by ostree. */
    private static final List<String> NOT_KEPT = List.of("BOOT_IMAGE=", "initrd=", "ostree=");

    private final Daemon daemon;
    private final SystemdClient systemd;
    private final Transactions transactions;
    private final HostReader reader;

    Staging(Daemon daemon, SystemdClient systemd, Transactions transactions, HostReader reader) {
        this.daemon = daemon;
        this.systemd = systemd;
        this.transactions = transactions;
        this.reader = reader;
    }

    void stage(Pullspec image, KernelArguments kernelArguments, Consumer<String> progress) {
        String operation = "stage " + image.abbreviated();
        daemon.ensureRunning();
        if (!isReady(image)) {
            Optional<Deployment> present = staged();
            if (present.isPresent() && present.get().isOf(image)) {
                // Unlocked, by whom ever: a reboot would boot it without a grant.
                dropStaged();
            }
            rebase(operation, image, progress);
        }
        List<String> existing = existingKernelArguments();
        if (!kernelArguments.hold(existing)) {
            transactions.run(operation, () -> daemon.changeKernelArguments(operation, existing, kernelArguments), progress);
        } else if (staged().isEmpty() && booted(image)) {
            return;
        }
        if (!isReady(image)) {
            throw new HostException(operation, "", "rpm-ostree reports success, but the image is not staged and locked");
        }
        if (!systemd.isActive(SystemdClient.FINALIZER)) {
            // Before ostree v2025.2 a stage started it too late for a reboot that followed at once.
            systemd.start(SystemdClient.FINALIZER);
        }
    }

    /** Of what the next change of kernel arguments starts from: the stage where there is one. */
    private List<String> existingKernelArguments() {
        if (staged().isPresent()) {
            return daemon.stagedKernelArguments();
        }
        // Not from the boot entry: one without a title would abort the daemon (rpm-ostree-dbus.md 1.3).
        return reader.commandLine().stream().filter(argument -> NOT_KEPT.stream().noneMatch(argument::startsWith)).toList();
    }

    /** Waits for the end of what runs now; what a failed staging of ours leaves behind is cleaned up as after {@link #stage}. */
    void follow(Consumer<String> progress) {
        daemon.ensureRunning();
        Optional<HostTransaction> running = transactions.running();
        if (running.isPresent() && running.get().ours()) {
            rejoin(running.get(), progress);
        } else if (running.isPresent()) {
            transactions.awaitEnd(running.get());
        }
    }

    private void rejoin(HostTransaction transaction, Consumer<String> progress) {
        try {
            transactions.rejoin(transaction, progress);
        } catch (HostException failed) {
            if (!transaction.title().startsWith(Daemon.STAGE_TAG)) {
                throw failed;
            }
            afterFailure(Pullspec.parse(transaction.title().substring(Daemon.STAGE_TAG.length())), failed);
        }
    }

    void dropStaged() {
        transactions.run("drop the staged deployment", () -> daemon.cleanup("drop the staged deployment", "pending-deploy"), told -> { });
    }

    private void rebase(String operation, Pullspec image, Consumer<String> progress) {
        try {
            transactions.run(operation, () -> daemon.rebase(operation, image), progress);
        } catch (HostException failed) {
            if (failed.detail().contains(EQUAL_REFERENCES)) {
                afterEqualReferences(operation, image, progress);
            } else {
                afterFailure(image, failed);
            }
        }
    }

    /** The first deployment has that reference already: staged by us, booted, or in a state that needs a clean start. */
    private void afterEqualReferences(String operation, Pullspec image, Consumer<String> progress) {
        Optional<Deployment> staged = staged();
        if (isReady(image) || staged.isEmpty() && booted(image)) {
            return;
        }
        dropStaged();
        transactions.run(operation, () -> daemon.rebase(operation, image), progress);
    }

    /**
     * A failed rebase can leave a stage that the next shutdown would finalise; one whose end was not heard can have succeeded.
     * After an interrupt there is nothing more to be asked on this thread; what is left behind is seen by the next look.
     */
    private void afterFailure(Pullspec image, HostException failed) {
        if (Thread.currentThread().isInterrupted()) {
            throw failed;
        }
        try {
            daemon.ensureRunning();
            if (Link.unheard(failed) && isReady(image)) {
                LOG.info("{} was staged although its end was not heard", image.abbreviated());
                return;
            }
            Optional<Deployment> staged = staged();
            if (staged.isPresent() && (staged.get().isOf(image) || !staged.get().locked())) {
                dropStaged();
            }
        } catch (HostException alsoFailed) {
            failed.addSuppressed(alsoFailed);
        }
        throw failed;
    }

    private boolean isReady(Pullspec image) {
        return staged().filter(deployment -> deployment.isOf(image) && deployment.locked()).isPresent();
    }

    private boolean booted(Pullspec image) {
        return reader.deployments().stream().anyMatch(deployment -> deployment.booted() && deployment.isOf(image));
    }

    private Optional<Deployment> staged() {
        return reader.deployments().stream().filter(Deployment::staged).findFirst();
    }
}
