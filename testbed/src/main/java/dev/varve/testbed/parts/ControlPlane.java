package dev.varve.testbed.parts;

import dev.varve.testbed.state.Home;
import dev.varve.testbed.state.Parts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kwok, as processes of this machine. Secure as a cluster's
 * are: Node and RBAC authorisation, NodeRestriction, certificates for everybody.
 */
public final class ControlPlane {
    private static final String SERVICES = "10.96.0.0/16";
    private static final String SERVICE_ADDRESS = "10.96.0.1";

    private final Home home;
    private final Parts parts;
    private final Probe probe;
    private final Path kubernetes;

    /** @param kubernetes directory with the binary and kwok's stages */
    public ControlPlane(Home home, Parts parts, Path kubernetes) {
        this.home = home;
        this.parts = parts;
        this.probe = new Probe(home, parts);
        this.kubernetes = kubernetes;
    }

    public static void certificates(Home home, Certificates certificates) {
        certificates.makeAuthority();
        certificates.server("apiserver", List.of(home.address(), "127.0.0.1", SERVICE_ADDRESS, "localhost",
                "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"));
        certificates.client("kubelet-client", "kube-apiserver-kubelet-client", "system:masters");
        certificates.kubeconfig("admin", "admin", "system:masters");
        certificates.kubeconfig("controller-manager", "system:kube-controller-manager", "");
        certificates.kubeconfig("scheduler", "system:kube-scheduler", "");
        certificates.kubeconfig("kwok", "kwok", "system:masters");
    }

    /** Ends when the API server answers and the controller manager works. */
    public void start() {
        String etcd = "http://" + home.loopback() + ":2379";
        start("etcd", "--name", "varve", "--data-dir", home.file("etcd"), "--log-level", "warn",
                // Nobody wants a testbed's data back after a power cut of this machine.
                "--unsafe-no-fsync",
                "--listen-client-urls", etcd, "--advertise-client-urls", etcd,
                "--listen-peer-urls", "http://" + home.loopback() + ":2380");
        probe.ready("etcd", etcd + "/readyz");
        startApiServer(etcd);
        probe.ready("kube-apiserver", home.server() + "/readyz");
        startManagers();
        probe.ready("kube-controller-manager", home.server() + "/api/v1/namespaces/default/serviceaccounts/default");
    }

    private void startApiServer(String etcd) {
        start("kube-apiserver", "--etcd-servers", etcd,
                "--bind-address", home.address(), "--advertise-address", home.address(), "--secure-port", "6443",
                "--endpoint-reconciler-type", "none", "--service-cluster-ip-range", SERVICES,
                "--tls-cert-file", home.pki("apiserver.crt"), "--tls-private-key-file", home.pki("apiserver.key"),
                "--client-ca-file", home.pki("ca.crt"),
                "--kubelet-client-certificate", home.pki("kubelet-client.crt"), "--kubelet-client-key", home.pki("kubelet-client.key"),
                "--kubelet-preferred-address-types", "InternalIP",
                "--service-account-issuer", "https://kubernetes.default.svc",
                "--service-account-key-file", home.pki("sa.pub"), "--service-account-signing-key-file", home.pki("sa.key"),
                "--authorization-mode", "Node,RBAC", "--enable-admission-plugins", "NodeRestriction",
                "--allow-privileged=true", "--profiling=false");
    }

    private void startManagers() {
        Path manager = home.pki("controller-manager.kubeconfig");
        start("kube-controller-manager", "--kubeconfig", manager,
                "--authentication-kubeconfig", manager, "--authorization-kubeconfig", manager,
                "--bind-address", home.loopback(), "--leader-elect=false", "--use-service-account-credentials",
                "--service-account-private-key-file", home.pki("sa.key"), "--root-ca-file", home.pki("ca.crt"),
                // A node that went away is to be seen within a test's patience.
                "--node-monitor-period", "2s", "--node-monitor-grace-period", "16s");
        Path scheduler = home.pki("scheduler.kubeconfig");
        start("kube-scheduler", "--kubeconfig", scheduler,
                "--authentication-kubeconfig", scheduler, "--authorization-kubeconfig", scheduler,
                "--bind-address", home.loopback(), "--leader-elect=false");
    }

    /** Plays the nodes that say so, and leaves the others to their kubelets. */
    public void startKwok() {
        start("kwok", "--kubeconfig", home.pki("kwok.kubeconfig"), "--config", kubernetes.resolve("kwok.yaml"),
                "--manage-nodes-with-annotation-selector", "kwok.x-k8s.io/node=fake", "--node-lease-duration-seconds", "40",
                "--server-address", home.loopback() + ":10247");
    }

    private void start(String part, Object... flags) {
        var words = new ArrayList<Object>(List.of(kubernetes.resolve("kubernetes"), part));
        words.addAll(Arrays.asList(flags));
        parts.start(part, Map.of(), words);
    }
}
