package dev.varve.agent;

import java.nio.file.Path;

/**
 * What an agent must be told.
 *
 * @param nodeName the Node it carries
 * @param podNamespace of its own pod, "" outside a pod; with {@code podName}: a drain leaves it alone
 * @param stateDirectory where {@code attempt.json} lives; survives reboots
 */
public record AgentConfig(String nodeName, String podNamespace, String podName, Path stateDirectory) {}
