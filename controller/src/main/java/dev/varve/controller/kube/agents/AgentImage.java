package dev.varve.controller.kube.agents;

/**
 * What every agent of this cluster has in common.
 *
 * @param image to run
 * @param namespace of the DaemonSets
 * @param kubeconfig of the kubelet, on the host: {@code /var/lib/kubelet/kubeconfig} on OpenShift,
 *     {@code /etc/kubernetes/kubelet.conf} where kubeadm made the node
 */
public record AgentImage(String image, String namespace, String kubeconfig) {}
