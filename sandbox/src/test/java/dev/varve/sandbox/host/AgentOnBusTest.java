package dev.varve.sandbox.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.agent.decide.Deployment;
import dev.varve.agent.decide.KernelArguments;
import dev.varve.agent.host.HostException;
import dev.varve.agent.rpmostree.RpmOstree;
import dev.varve.agent.rpmostree.RpmOstreeConfig;
import dev.varve.contract.Pullspec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The agent's side of any bus (docs/testing.md), with what it shares with no simulation: that bus, and the host's files. */
@EnabledIfSystemProperty(named = "varve.bus", matches = ".+")
class AgentOnBusTest {
    private BusHost host;
    private RpmOstree agent;

    @BeforeEach
    void connect() throws Exception {
        host = BusHost.fromProperties();
        Path proc = Path.of("/proc");
        agent = new RpmOstree(new RpmOstreeConfig(
                "unix:path=" + host.busSocket(), host.run(), proc.resolve("sys/kernel/random/boot_id"), proc.resolve("cmdline")));
    }

    @AfterEach
    void leave() {
        agent.close();
        host.close();
    }

    @Test
    void stagesLockedAndDropsItAgain() {
        Pullspec image = host.image();
        assertThat(agent.observe().booted().orElseThrow().isOf(host.factory())).isTrue();
        List<String> told = new CopyOnWriteArrayList<>();
        agent.stage(image, new KernelArguments(List.of("mitigations=off"), List.of()), told::add);
        assertThat(agent.observe().staged()).contains(new Deployment(Optional.of(image), image.digest(), false, true, true));
        assertThat(agent.observe().finalizerActive()).isTrue();
        assertThat(told).contains("Staging deployment");
        assertThatThrownBy(() -> agent.finalizeDeployment(host.otherImage().requireDigest()))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("Expected staged base checksum");
        agent.dropStaged();
        assertThat(agent.observe().staged()).isEmpty();
    }

    @Test
    void stagesFromTheLayersThatAreThereAfterRpmOstreedWasKilledInAPull() throws Exception {
        Pullspec image = host.image(TestImage.SLOW_TO_UNPACK);
        List<String> told = new CopyOnWriteArrayList<>();
        AtomicBoolean killed = new AtomicBoolean();
        try (SystemdUnits units = new SystemdUnits(host.busSocket())) {
            assertThatThrownBy(() -> agent.stage(image, KernelArguments.NONE, text -> {
                told.add(text);
                if (text.startsWith("layer 2 of ") && !killed.getAndSet(true)) {
                    kill(units);
                }
            })).isInstanceOf(HostException.class).hasMessageEndingWith("rpm-ostree went away before the end was heard");
        }
        assertThat(agent.observe().staged()).isEmpty();
        int layers = layers(told);
        told.clear();
        agent.stage(image, KernelArguments.NONE, told::add);
        assertThat(layers(told)).isEqualTo(layers - 1);
        assertThat(agent.observe().staged()).contains(new Deployment(Optional.of(image), image.digest(), false, true, true));
    }

    /** Of the first layer: how many it is one of. */
    private static int layers(List<String> told) {
        String first = told.stream().filter(text -> text.startsWith("layer 1 of ")).findFirst().orElseThrow();
        return Integer.parseInt(first.replaceAll("layer 1 of (\\d+),.*", "$1"));
    }

    private static void kill(SystemdUnits units) {
        try {
            units.call("KillUnit", "ssi", RpmOstreeWire.UNIT, "all", RpmOstreeWire.SIGKILL);
        } catch (Exception failed) {
            throw new IllegalStateException("cannot kill rpm-ostreed", failed);
        }
    }

    @Test
    void namesWhoBlocksAShutdown() throws Exception {
        try (AutoCloseable backup = host.inhibit("backup", "writes a tape", "block")) {
            assertThat(backup).isNotNull();
            assertThat(agent.observe().inhibitors()).contains("backup: writes a tape");
        }
    }
}
