package dev.varve.testbed;

import static dev.varve.sandbox.quickstart.Guide.NAMESPACE;

import dev.varve.contract.Pullspec;
import dev.varve.sandbox.Cluster;
import dev.varve.sandbox.RpmOstreeStatus;
import dev.varve.testbed.build.Sources;
import dev.varve.testbed.host.Command;
import dev.varve.testbed.host.TestbedException;
import dev.varve.testbed.node.Machines;
import dev.varve.testbed.node.PowerWatch;
import dev.varve.testbed.parts.Registry;
import dev.varve.testbed.state.Facts;
import dev.varve.testbed.state.Home;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The testbed that is up, as the cluster that scenarios are played on. It stays up when this is closed. */
public final class Testbed implements Cluster {
    /** For a build or a node's way: containers and boots are real, and two cores are few. */
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final String LEASE = "varve-controller";

    private final Home home;
    private final Facts facts;
    private final Machines machines;
    private final KubernetesClient client;

    private Testbed(Home home, Sources sources) {
        this.home = home;
        this.facts = Facts.read(home);
        this.machines = new Machines(home, sources);
        this.client = Clients.administrator(home);
    }

    /** @throws TestbedException where none is up, or it is not whole */
    public static Testbed attach(int index) {
        Preflight.machine();
        Home home = Home.of(index);
        if (!Preflight.isUp(home)) {
            throw new TestbedException("no testbed " + index + " is up; ./varve testbed up starts one");
        }
        return new Testbed(home, Sources.launched());
    }

    @Override
    public KubernetesClient client() {
        return client;
    }

    @Override
    public Path kubeconfig() {
        return home.kubeconfig();
    }

    @Override
    public List<String> machines() {
        return facts.machines();
    }

    /** Nodes that kwok plays. */
    @Override
    public List<String> fleet() {
        return facts.fleet();
    }

    @Override
    public Duration patience() {
        return PATIENCE;
    }

    @Override
    public String serviceImage() {
        return "localhost/varve-pause:1";
    }

    @Override
    public String rpmOstreeStatus(String node) {
        Command.Ended status = machines.in(node, "rpm-ostree", "status");
        if (!status.good()) {
            throw new TestbedException("rpm-ostree status on " + node + " failed: " + status.error().strip());
        }
        return status.output();
    }

    @Override
    public Optional<Pullspec> bootedImage(String node) {
        return new RpmOstreeStatus(machines.in(node, "rpm-ostree", "status").output()).booted();
    }

    @Override
    public List<String> kernelArguments(String node) {
        return List.of(machines.in(node, "cat", "/proc/cmdline").output().strip().split("\\s+"));
    }

    @Override
    public boolean hasCommand(String node, String command) {
        return machines.in(node, "sh", "-c", "command -v -- \"$1\"", "sh", command).good();
    }

    @Override
    public boolean isUp(String node) {
        return machines.in(node, "true").good();
    }

    @Override
    public AutoCloseable watchPower(PowerListener listener) {
        return new PowerWatch(home, facts.machines(), listener);
    }

    @Override
    public void breakNextPull(String node) {
        machines.fault(node, "pull");
    }

    @Override
    public void breakNextBoot(String node) {
        machines.fault(node, "boot");
    }

    @Override
    public void breakNextReturn(String node) {
        machines.fault(node, "return");
    }

    @Override
    public void powerOn(String node) {
        machines.start(node);
    }

    @Override
    public void powerCut(String node) {
        machines.cut(node);
    }

    /** Asks the node's systemd for a reboot, and does not wait for it. */
    void reboot(String node) {
        machines.in(node, "systemctl", "reboot");
    }

    /** As its kernel tells it; empty while it is down. */
    String bootId(String node) {
        return machines.in(node, "cat", "/proc/sys/kernel/random/boot_id").output().strip();
    }

    /** From when its systemd has begun to stop units until it is off, and while it is off. */
    boolean shutsDown(String node) {
        String state = machines.in(node, "systemctl", "is-system-running").output().strip();
        return state.equals("stopping") || state.isEmpty();
    }

    /** What its journal has for these matches ({@code FIELD=value}), a line of JSON an entry, long fields whole; empty while it is down. */
    String journal(String node, Instant since, String... matches) {
        return machines.in(node, Stream.concat(
                        Stream.of("journalctl", "--no-pager", "-o", "json", "--all", "--since", "@" + since.getEpochSecond()),
                        Stream.of(matches)).toArray()).output();
    }

    /** Runs it in the container of the node's agent, as the agent's own user. */
    Command.Ended inAgent(String node, Object... words) {
        return agents(node).map(pod -> new Containers(machines).exec(pod, words)).findFirst()
                .orElseThrow(() -> new TestbedException("no agent runs on " + node));
    }

    /** Runs it on the node, as root. */
    Command.Ended in(String node, Object... words) {
        return machines.in(node, words);
    }

    @Override
    public void deleteImage(Pullspec image) {
        Registry.delete(home, image);
    }

    @Override
    public boolean hasImage(Pullspec image) {
        return Registry.has(home, image);
    }

    @Override
    public void tagImage(Pullspec image, String tag) {
        Registry.tag(home, image, tag);
    }

    @Override
    public boolean killAgent(String node) {
        return agents(node).map(new Containers(machines)::kill).reduce(false, Boolean::logicalOr);
    }

    private Stream<Pod> agents(String node) {
        return client.pods().inNamespace(NAMESPACE).withLabel("app.kubernetes.io/name", "varve-agent")
                .withField("spec.nodeName", node).list().getItems().stream();
    }

    @Override
    public void replaceController() {
        String leader = client.leases().inNamespace(NAMESPACE).withName(LEASE).get().getSpec().getHolderIdentity();
        Pod pod = client.pods().inNamespace(NAMESPACE).withName(leader).get();
        if (pod == null || !new Containers(machines).kill(pod)) {
            throw new TestbedException("the lease " + LEASE + " is held by " + leader + ", and no pod of this name runs");
        }
        client.pods().inNamespace(NAMESPACE).withName(leader).withGracePeriod(0).delete();
    }

    @Override
    public void reset() {
        new Reset(client, home, facts, machines).toFactory();
    }

    @Override
    public Parts parts() {
        return new Parts(
                List.of(
                        "API server, etcd, controller manager, scheduler, kubelets, containerd; Varve's images under their real rights",
                        "machines' systemd, journald, logind, D-Bus, libostree: staged, finalised at shutdown, booted; registry with TLS; buildah"),
                List.of(
                        "machines are containers of systemd-nspawn: no kernel, initramfs or firmware of their own; packages from a pool in the image",
                        "rpm-ostree's daemon is a stand-in on real libostree" + (facts.fleet().isEmpty() ? "" : "; " + facts.fleet().size() + " nodes more are kwok's, with real agents on simulated machines")));
    }

    @Override
    public void close() {
        client.close();
    }
}
