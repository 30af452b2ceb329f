package dev.varve.agent.decide;

import dev.varve.contract.Pullspec;
import java.time.Instant;

/**
 * The intent to boot the target, on disk before the host is asked.
 *
 * @param target what was to be booted
 * @param bootId of the boot that asked
 * @param since when it was asked last
 * @param accepted the host said yes; that is not yet a reboot
 * @param presentBefore a deployment of the same image was there already, so that finding one later proves nothing
 */
public record Finalization(Pullspec target, String bootId, Instant since, boolean accepted, boolean presentBefore) {}
