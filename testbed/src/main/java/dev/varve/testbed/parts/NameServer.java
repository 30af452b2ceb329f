package dev.varve.testbed.parts;

import dev.varve.testbed.state.Home;
import dev.varve.testbed.state.Parts;
import java.util.List;
import java.util.Map;

/** Answers nodes and pods for the names of this testbed, and for no other: nothing here reaches out. */
public final class NameServer {
    private NameServer() {}

    public static void start(Home home, Parts parts) {
        parts.start("dnsmasq", Map.of(), List.of(
                "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--user=root", "--group=root",
                "--log-facility=-", "--pid-file=", "--listen-address=" + home.address(), "--bind-interfaces", "--except-interface=lo",
                "--address=/" + Registry.BASE_HOST + "/" + home.address(),
                "--address=/" + Registry.PUSH_NAME + "/" + home.address(),
                "--address=/kubernetes.default.svc.cluster.local/10.96.0.1",
                "--address=/kubernetes.default.svc/10.96.0.1"));
        new Probe(home, parts).until("dnsmasq", "runs", () -> parts.isAlive("dnsmasq"));
    }
}
