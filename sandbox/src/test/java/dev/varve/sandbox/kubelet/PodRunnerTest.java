package dev.varve.sandbox.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a kubelet calls the runner of a pod, and what it makes of the runner's words. */
class PodRunnerTest {
    private static final Duration SOON = TestCluster.SOON;

    /** Writes down what it is called for. */
    private static final class Recorder implements PodRunner {
        final List<String> calls = new CopyOnWriteArrayList<>();
        final List<StatusSink> sinks = new CopyOnWriteArrayList<>();
        final CountDownLatch release = new CountDownLatch(1);
        volatile boolean blocks;

        @Override
        public boolean handles(Pod pod) {
            return "agent".equals(pod.getMetadata().getLabels().get("app"));
        }

        @Override
        public void started(Pod pod, StatusSink sink) {
            calls.add("started");
            sinks.add(sink);
            if (blocks) {
                try {
                    release.await();
                } catch (InterruptedException stop) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        @Override
        public void stopped(Pod pod) {
            calls.add("stopped");
        }
    }

    private final Recorder recorder = new Recorder();
    private TestCluster cluster;
    private NodeStandIn node;

    @BeforeEach
    void start() {
        cluster = new TestCluster(TestCluster.QUICK, client -> recorder);
        node = cluster.upNode("worker-0");
        cluster.daemonSet("agent", Map.of());
    }

    @AfterEach
    void stop() {
        recorder.release.countDown();
        cluster.close();
    }

    @Test
    void stopsAndStartsThePodWithItsMachine() {
        await().atMost(SOON).until(() -> recorder.calls.equals(List.of("started")));

        node.wentDown();
        await().atMost(SOON).until(() -> recorder.calls.equals(List.of("started", "stopped")));
        node.cameUp("boot-2", "Sandbox OS 2");

        await().atMost(SOON).until(() -> recorder.calls.equals(List.of("started", "stopped", "started")));
    }

    @Test
    void noticesARebootThatWasOverBeforeItLooked() {
        await().atMost(SOON).until(() -> recorder.calls.equals(List.of("started")));

        node.cameUp("boot-2", "Sandbox OS 2");

        await().atMost(SOON).until(() -> recorder.calls.equals(List.of("started", "stopped", "started")));
    }

    @Test
    void restartsAContainerThatExited() {
        await().atMost(SOON).until(() -> cluster.ready("agent").size() == 1 && recorder.sinks.size() == 1);

        recorder.sinks.getFirst().exited("main", 7, "lost the bus");

        await().atMost(SOON).until(() -> recorder.calls.equals(List.of("started", "started")));
        await().atMost(SOON).untilAsserted(() -> {
            ContainerStatus status = cluster.ready("agent").getFirst().getStatus().getContainerStatuses().getFirst();
            assertThat(status.getRestartCount()).isEqualTo(1);
            assertThat(status.getLastState().getTerminated().getExitCode()).isEqualTo(7);
            assertThat(status.getLastState().getTerminated().getMessage()).isEqualTo("lost the bus");
        });
    }

    @Test
    void dropsWhatAnEarlierStartStillSays() {
        await().atMost(SOON).until(() -> recorder.sinks.size() == 1);
        node.wentDown();
        node.cameUp("boot-2", "Sandbox OS 2");
        await().atMost(SOON).until(() -> recorder.sinks.size() == 2 && cluster.ready("agent").size() == 1);

        recorder.sinks.getFirst().exited("main", 7, "from the grave");

        await().during(Duration.ofMillis(200)).atMost(SOON).until(() -> recorder.sinks.size() == 2 && cluster.ready("agent").size() == 1);
    }

    @Test
    void stopsADeletedPodOnce() {
        await().atMost(SOON).until(() -> cluster.ready("agent").size() == 1);
        cluster.client.apps().daemonSets().inNamespace(TestCluster.NAMESPACE).withName("agent").delete();

        await().atMost(SOON).until(() -> cluster.pods("agent").isEmpty());
        assertThat(recorder.calls).containsExactly("started", "stopped");
    }

    @Test
    void goesOnWithOtherPodsWhileARunnerBlocks() {
        recorder.blocks = true;
        cluster.upNode("worker-1");
        await().atMost(SOON).until(() -> recorder.calls.size() == 2);
        cluster.deployment("shop", 2);

        await().atMost(SOON).until(() -> cluster.ready("shop").size() == 2);
    }

    @Test
    void stopsAllWhenThePlaneCloses() {
        await().atMost(SOON).until(() -> recorder.calls.equals(List.of("started")));

        cluster.plane.close();

        assertThat(recorder.calls).containsExactly("started", "stopped");
    }

    @Test
    void keepsTheOutput() {
        await().atMost(SOON).until(() -> recorder.sinks.size() == 1);
        String pod = cluster.pods("agent").getFirst().getMetadata().getName();

        recorder.sinks.getFirst().log("main", "hello");

        assertThat(cluster.plane.log(TestCluster.NAMESPACE, pod, "main")).isEqualTo("hello\n");
        assertThat(cluster.plane.log(TestCluster.NAMESPACE, pod, "other")).isEmpty();
    }
}
