package dev.varve.agent.rpmostree;

import dev.varve.agent.decide.Deployment;
import dev.varve.agent.decide.Host;
import dev.varve.agent.decide.KernelArguments;
import dev.varve.agent.host.HostOs;
import dev.varve.contract.Digest;
import dev.varve.contract.Pullspec;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The host's operating system by way of rpm-ostree, systemd and logind on the system bus. Nothing is connected before it is
 * needed; a bus that was lost is joined again by the next call. rpm-ostree needs to be v2025.7 or newer (finalisation by image
 * digest).
 */
public final class RpmOstree implements HostOs {
    private final SystemBus bus;
    private final Daemon daemon;
    private final Transactions transactions;
    private final HostReader reader;
    private final Staging staging;
    private final ForeignUpdaters foreign;

    public RpmOstree(RpmOstreeConfig config) {
        List<String> rules = Stream.concat(Wake.RULES.stream(), Stream.of(SystemdClient.JOBS)).toList();
        this.bus = new SystemBus(
                SocketAddress.path(config.busAddress()), config.replyTimeout(), rules, SystemdClient.NAME, SystemdClient.SUBSCRIBE);
        SystemdClient systemd = new SystemdClient(bus, config.replyTimeout());
        this.daemon = new Daemon(bus, systemd);
        this.transactions = new Transactions(config, bus, daemon);
        this.reader = new HostReader(config, daemon, systemd, transactions);
        this.staging = new Staging(daemon, systemd, transactions, reader);
        this.foreign = new ForeignUpdaters(config.hostRun(), daemon, systemd);
    }

    @Override
    public Host observe() {
        return reader.read();
    }

    @Override
    public void stage(Pullspec image, KernelArguments kernelArguments, Consumer<String> progress) {
        staging.stage(image, kernelArguments, progress);
    }

    @Override
    public void follow(Consumer<String> progress) {
        staging.follow(progress);
    }

    @Override
    public void dropStaged() {
        staging.dropStaged();
    }

    @Override
    public void freePartialLayers() {
        String operation = "free partial layers";
        transactions.run(operation, () -> daemon.cleanup(operation, "base"), told -> { });
    }

    @Override
    public List<String> foreignUpdaters() {
        daemon.ensureRunning();
        return foreign.present();
    }

    @Override
    public void finalizeDeployment(Digest digest) {
        String operation = "finalize " + digest.abbreviated();
        transactions.runToReboot(operation, () -> daemon.finalizeDeployment(operation, digest.value()));
    }

    @Override
    public void rollBack() {
        if (reader.deployments().stream().anyMatch(Deployment::staged)) {
            // rpm-ostree refuses to roll back over a stage.
            staging.dropStaged();
        }
        transactions.runToReboot("roll back", () -> daemon.rollback("roll back"));
    }

    @Override
    public void onChange(Runnable wake) {
        // On a thread of its own: the bus's reader must not be held up by whoever is woken.
        bus.listen(new Wake(() -> Thread.ofVirtual().name("host-changed").start(wake), false));
    }

    @Override
    public void close() {
        transactions.close();
        bus.close();
    }
}
