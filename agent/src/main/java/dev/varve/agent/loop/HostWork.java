package dev.varve.agent.loop;

import dev.varve.agent.credentials.HostCredentials;
import dev.varve.agent.decide.FailureClass;
import dev.varve.agent.decide.Step;
import dev.varve.agent.host.HostException;
import dev.varve.agent.host.HostOs;
import java.util.List;
import java.util.function.Consumer;

/** The steps that the host carries out, as work for the worker. */
final class HostWork {
    private final HostOs host;
    private final HostCredentials credentials;
    private final Consumer<String> progress;
    private final Consumer<List<String>> foreign;

    /** @param foreign is told who else updates this host, each time before something is staged */
    HostWork(HostOs host, HostCredentials credentials, Consumer<String> progress, Consumer<List<String>> foreign) {
        this.host = host;
        this.credentials = credentials;
        this.progress = progress;
        this.foreign = foreign;
    }

    Worker.Task stage(Step.Stage step) {
        return () -> {
            // Somebody else may have written the file, or a reboot have emptied /run. Where it cannot be brought, the pull may
            // do without.
            String problem = credentials.bring();
            foreign.accept(host.foreignUpdaters());
            try {
                host.stage(step.image(), step.kernelArguments(), progress);
            } catch (HostException failed) {
                FailureClass kind = FailureClass.of(failed.detail());
                if (kind == FailureClass.Space) {
                    freeSpace(failed);
                }
                throw kind == FailureClass.Credentials && !problem.isEmpty() ? failed.with(problem) : failed;
            }
        };
    }

    Worker.Task follow() {
        return () -> host.follow(progress);
    }

    Worker.Task dropStage() {
        return host::dropStaged;
    }

    Worker.Task finalizeDeployment(Step.Finalize step) {
        return () -> host.finalizeDeployment(step.digest());
    }

    Worker.Task rollBack() {
        return host::rollBack;
    }

    /** A failed pull keeps its layers, and the disk stays full until somebody cleans (rpm-ostree-dbus.md 7.1). */
    private void freeSpace(HostException pull) {
        try {
            host.freePartialLayers();
        } catch (HostException also) {
            pull.addSuppressed(also);
        }
    }
}
