package dev.varve.agent.rpmostree;

import dev.varve.agent.decide.Deployment;
import dev.varve.agent.decide.Host;
import dev.varve.agent.host.HostException;
import dev.varve.contract.Digest;
import dev.varve.contract.ImageReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Gathers what is true on the host; has no opinion. */
final class HostReader {
    private final RpmOstreeConfig config;
    private final Daemon daemon;
    private final SystemdClient systemd;
    private final Transactions transactions;
    private final StagedLock lock;

    HostReader(RpmOstreeConfig config, Daemon daemon, SystemdClient systemd, Transactions transactions) {
        this.config = config;
        this.daemon = daemon;
        this.systemd = systemd;
        this.transactions = transactions;
        this.lock = new StagedLock(config.hostRun());
    }

    Host read() {
        daemon.ensureRunning();
        Map<String, Object> sysroot = daemon.properties();
        List<Deployment> deployments = deployments(sysroot);
        if (deployments.stream().noneMatch(Deployment::booted)) {
            throw new HostException("read the deployments", "", "rpm-ostree names none that is booted; Varve can move only hosts that"
                    + " run from a deployment, see rpm-ostree status on the node");
        }
        return new Host(
                deployments,
                transactions.running(sysroot),
                line(config.bootId()),
                commandLine(),
                deployments.stream().anyMatch(Deployment::staged) ? daemon.stagedKernelArguments(sysroot) : List.of(),
                systemd.isActive("boot-complete.target"),
                systemd.isActive(SystemdClient.FINALIZER),
                systemd.shutdownBlocks());
    }

    /** With what the boot loader and ostree have added. */
    List<String> commandLine() {
        return List.of(line(config.commandLine()).split("\\s+"));
    }

    /** In boot order, staged first. */
    List<Deployment> deployments() {
        return deployments(daemon.properties());
    }

    private List<Deployment> deployments(Map<String, Object> sysroot) {
        List<?> all = DBusValues.list(sysroot.getOrDefault("Deployments", List.of()));
        return all.stream().map(DBusValues::dictionary).map(this::deployment).toList();
    }

    private Deployment deployment(Map<String, Object> told) {
        boolean staged = DBusValues.flag(told, "staged");
        String digest = DBusValues.text(told, "container-image-reference-digest");
        return new Deployment(
                ImageReference.pullspec(DBusValues.text(told, "container-image-reference")),
                Digest.isDigest(digest) ? Optional.of(new Digest(digest)) : Optional.empty(),
                DBusValues.flag(told, "booted"),
                staged,
                staged && lock.isOn());
    }

    private static String line(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException failed) {
            throw new HostException("read " + file, String.valueOf(failed.getMessage()), failed);
        }
    }
}
