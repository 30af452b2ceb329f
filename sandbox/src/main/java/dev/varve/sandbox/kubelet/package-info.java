/**
 * What runs pods and keeps controllers' promises in the sandbox: kubelets of the simulated machines, scheduler, DaemonSet,
 * Deployment, ReplicaSet, disruption and node-lifecycle controllers. Stand-ins: they follow the real components' rules as
 * far as drains, updates and the agents can tell the difference, and start no container. All of them are level-triggered
 * and run in turns on one thread of {@link dev.varve.sandbox.kubelet.ControlPlane}. A {@code KubernetesClient} comes in, and
 * from the machines only "went down" and "came up".
 */
@NullMarked
package dev.varve.sandbox.kubelet;

import org.jspecify.annotations.NullMarked;
