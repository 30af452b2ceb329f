package dev.varve.agent.decide;

import dev.varve.contract.Pullspec;
import java.util.List;
import java.util.Optional;

/**
 * What is true on the host now (agent.md section 1).
 *
 * @param deployments in boot order, staged first
 * @param bootId of this boot
 * @param kernelArguments of this boot, in order
 * @param stagedKernelArguments of the staged deployment, in order; empty where nothing is staged
 * @param bootComplete {@code boot-complete.target} is reached
 * @param finalizerActive {@code ostree-finalize-staged.service} is active, without which a stage is lost at shutdown
 * @param inhibitors who blocks a shutdown, one line each
 */
public record Host(
        List<Deployment> deployments,
        Optional<HostTransaction> transaction,
        String bootId,
        List<String> kernelArguments,
        List<String> stagedKernelArguments,
        boolean bootComplete,
        boolean finalizerActive,
        List<String> inhibitors) {

    public Host {
        deployments = List.copyOf(deployments);
        kernelArguments = List.copyOf(kernelArguments);
        stagedKernelArguments = List.copyOf(stagedKernelArguments);
        inhibitors = List.copyOf(inhibitors);
    }

    public Optional<Deployment> booted() {
        return deployments.stream().filter(Deployment::booted).findFirst();
    }

    /** True where that image runs, with whatever kernel arguments. */
    boolean boots(Pullspec image) {
        return booted().filter(d -> d.isOf(image)).isPresent();
    }

    /** What the boot loader takes at the next boot as long as nothing is finalised before it. */
    Optional<Deployment> bootsNext() {
        return deployments.stream().filter(d -> !d.staged()).findFirst();
    }

    /**
     * What the node could be rolled back to: the deployment after the one that runs, else one that boots before it; empty where
     * nothing but what runs is left.
     */
    Optional<Deployment> rollback() {
        return deployments.stream().dropWhile(d -> !d.booted()).skip(1).findFirst()
                .or(() -> bootsNext().filter(d -> !d.booted()));
    }

    public Optional<Deployment> staged() {
        return deployments.stream().filter(Deployment::staged).findFirst();
    }
}
