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
    void namesWhoBlocksAShutdown() throws Exception {
        try (AutoCloseable backup = host.inhibit("backup", "writes a tape", "block")) {
            assertThat(backup).isNotNull();
            assertThat(agent.observe().inhibitors()).contains("backup: writes a tape");
        }
    }
}
