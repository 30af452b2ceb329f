package dev.varve.agent.decide;

import dev.varve.contract.Pullspec;
import java.time.Instant;
import java.util.List;

/**
 * The intent to boot the target, on disk before the host is asked.
 *
 * @param target what was to be booted
 * @param kernelArguments that it was to be booted with, among others
 * @param bootId of the boot that asked
 * @param since when it was asked last
 * @param accepted the host said yes; that is not yet a reboot
 * @param presentBefore a deployment of the same image was there already, so that finding one later proves nothing
 */
public record Finalization(
        Pullspec target, List<String> kernelArguments, String bootId, Instant since, boolean accepted, boolean presentBefore) {
    public Finalization {
        kernelArguments = List.copyOf(kernelArguments);
    }

    /** Asked anew, or answered. */
    Finalization asked(Instant when, boolean answered) {
        return new Finalization(target, kernelArguments, bootId, when, answered, presentBefore);
    }

    /** What runs now is what was to be booted. Where the same image ran before, only its kernel arguments tell. */
    boolean cameTrue(Host host) {
        return host.boots(target) && (!presentBefore || host.kernelArguments().containsAll(kernelArguments));
    }
}
