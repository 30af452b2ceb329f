package dev.varve.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.testbed.state.Home;
import dev.varve.testbed.state.Traces;
import io.fabric8.kubernetes.api.model.Node;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Nodes that reboot and lose their power at random leave nothing behind, and are Ready each time. */
@TestbedScenario
class RebootsOnTestbedTest {
    private static final int TIMES = 20;
    private static final Duration BACK = Duration.ofSeconds(90);

    private final Home home = Home.of(Integer.getInteger(TestbedScenario.INDEX));

    @Test
    void twentyRebootsAtRandomLeaveNothingBehind() {
        long seed = Long.getLong("varve.seed", System.nanoTime());
        Random chance = new Random(seed);
        try (Testbed testbed = Testbed.attach(home.index())) {
            testbed.reset();
            List<String> machines = testbed.machines();
            machines.forEach(node -> awaitBack(testbed, node, ""));
            Traces before = Traces.of(home);
            for (int time = 0; time < TIMES; time++) {
                String node = machines.get(chance.nextInt(machines.size()));
                String boot = bootId(testbed, node);
                if (chance.nextBoolean()) {
                    testbed.powerCut(node);
                } else {
                    testbed.reboot(node);
                }
                awaitBack(testbed, node, boot);
            }
            await().atMost(BACK).untilAsserted(() -> {
                Traces after = Traces.of(home);
                assertThat(after.mounts()).as("mounts, seed %d", seed).isEqualTo(before.mounts());
                assertThat(after.links()).as("network devices, seed %d", seed).isEqualTo(before.links());
                assertThat(after.namespaces()).as("network namespaces, seed %d", seed).isEqualTo(before.namespaces());
                assertThat(after.cgroups()).as("control groups, seed %d", seed).isEqualTo(before.cgroups());
                // Some come and go: a node that leaked would have many times its own by now.
                assertThat(after.processes().size()).as("processes, seed %d", seed).isLessThan(before.processes().size() * 5 / 4);
            });
        }
    }

    private static void awaitBack(Testbed testbed, String node, String bootBefore) {
        await().atMost(BACK).until(() -> {
            Node now = testbed.client().nodes().withName(node).get();
            return now != null && Installation.isReady(now) && !bootId(now).equals(bootBefore) && bootId(now).equals(testbed.bootId(node));
        });
    }

    private static String bootId(Testbed testbed, String node) {
        return bootId(testbed.client().nodes().withName(node).get());
    }

    private static String bootId(Node node) {
        return node.getStatus().getNodeInfo().getBootID();
    }
}
