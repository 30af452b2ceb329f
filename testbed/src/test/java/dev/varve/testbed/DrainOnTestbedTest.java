package dev.varve.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.agent.decide.DrainFilter;
import dev.varve.agent.drain.Drain;
import dev.varve.agent.kube.KubeNodeApi;
import dev.varve.agent.state.JacksonJson;
import dev.varve.contract.AgentPolicy;
import dev.varve.contract.DrainReport;
import dev.varve.contract.DrainReport.Blocker;
import dev.varve.testbed.parts.Certificates;
import dev.varve.testbed.state.Home;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Drains by the real API server, with a kubelet's credential: real admission, real budgets, a real disruption controller. The
 * pods are kwok's. What was asked is counted by the API server.
 */
@TestbedScenario
class DrainOnTestbedTest {
    private static final String NAMESPACE = "varve-drain";
    private static final String FROM = "drain-from";
    private static final String TO = "drain-to";
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Pattern EVICTIONS = Pattern.compile(
            "(?m)^apiserver_request_total\\{[^}]*resource=\"pods\"[^}]*subresource=\"eviction\"[^}]*} (\\S+)$");

    private final Home home = Home.of(Integer.getInteger(TestbedScenario.INDEX));
    private final List<DrainReport> reports = new CopyOnWriteArrayList<>();
    private KubernetesClient admin;

    @BeforeEach
    void begin() {
        admin = Clients.administrator(home);
        clean();
        node(FROM);
        new Certificates(home).kubeconfig("node-" + FROM, "system:node:" + FROM, "system:nodes");
        admin.resource(new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build()).create();
    }

    @AfterEach
    void end() {
        clean();
        admin.close();
    }

    @Test
    void aTightBudgetIsNamedAndAskedLittleMoreThanItGrants() throws InterruptedException {
        int pods = 250;
        deployment("web", pods);
        budget("web", "web", 25);
        running(pods);
        settled();
        double before = evictions();
        drain(report -> {
            // The first of them have nowhere to go until a refusal was told.
            if (!report.blockers().isEmpty() && reports.stream().allMatch(earlier -> earlier.blockers().isEmpty())) {
                node(TO);
            }
            reports.add(report);
        });

        assertThat(podsOn(FROM)).isEmpty();
        assertThat(evictions() - before).isBetween((double) pods, pods * 1.2);
        assertThat(reports.getLast()).satisfies(last -> {
            assertThat(last.total()).isEqualTo(pods);
            assertThat(last.left()).isZero();
        });
        assertThat(reports.stream().flatMap(report -> report.blockers().stream()).toList()).isNotEmpty().allSatisfy(blocker -> {
            assertThat(blocker.budget()).contains("web");
            assertThat(blocker.message()).contains("The disruption budget web ");
        });
        DrainReport first = reports.stream().filter(report -> !report.blockers().isEmpty()).findFirst().orElseThrow();
        assertThat(first.left()).as("pods left when the first was named").isGreaterThanOrEqualTo(pods - 25);
    }

    /** Each in its own way is no pod that an eviction moves; a person, or its namespace's end, lets it go. */
    @Test
    void whatDoesNotGoIsNamedEachInItsWay() throws InterruptedException {
        deployment("twice", 1);
        pod("naked", List.of());
        pod("kept", List.of("varve.dev/test"));
        running(3);
        // After its pod: of two budgets for one pod, the disruption controller tells one alone of what becomes of the pod.
        budget("one", "twice", 0);
        budget("two", "twice", 0);
        settled();
        node(TO);
        admin.pods().inNamespace(NAMESPACE).withName("kept").delete();
        drain(report -> {
            reports.add(report);
            Map<String, String> named = messages(report);
            if (named.containsKey("naked") && named.containsKey("twice")) {
                letGo();
            }
        });
        assertThat(reports).anySatisfy(report -> assertThat(messages(report))
                .hasEntrySatisfying("naked", message -> assertThat(message).contains("no controller"))
                .hasEntrySatisfying("twice", message -> assertThat(message).contains("more than one PodDisruptionBudget", "Let one budget select it")));
        assertThat(podsOn(FROM)).isEmpty();
    }

    private void letGo() {
        admin.pods().inNamespace(NAMESPACE).withName("naked").delete();
        admin.policy().v1().podDisruptionBudget().inNamespace(NAMESPACE).delete();
        admin.pods().inNamespace(NAMESPACE).withName("kept").edit(DrainOnTestbedTest::withoutFinalizers);
    }

    private static Pod withoutFinalizers(Pod pod) {
        pod.getMetadata().setFinalizers(List.of());
        return pod;
    }

    /** As the agent would, until nothing is left. */
    private void drain(Consumer<DrainReport> told) throws InterruptedException {
        try (KubernetesClient kubelet = Clients.node(home, FROM);
                KubeNodeApi api = new KubeNodeApi(kubelet, FROM, new JacksonJson(), Clock.systemUTC())) {
            new Drain(api, Clock.systemUTC(), Thread::sleep, new Random(1), told)
                    .run(new DrainFilter(AgentPolicy.DEFAULT, "", ""), Instant.now(), Optional.empty(), false);
        }
    }

    /** All pods are on the one node. */
    private void running(int pods) {
        await().atMost(PATIENCE).until(() -> podsOn(FROM).stream().filter(pod -> "Running".equals(pod.getStatus().getPhase())).count() == pods);
    }

    /** Their budgets have seen them, and nothing comes after them. */
    private void settled() {
        await().atMost(PATIENCE).until(() -> admin.policy().v1().podDisruptionBudget().inNamespace(NAMESPACE).list().getItems().stream()
                .allMatch(budget -> budget.getStatus() != null && budget.getStatus().getCurrentHealthy() > 0));
        admin.nodes().withName(FROM).edit(node -> new NodeBuilder(node).editSpec().withUnschedulable(true).endSpec().build());
    }

    private double evictions() {
        return EVICTIONS.matcher(admin.raw("/metrics")).results().mapToDouble(found -> Double.parseDouble(found.group(1))).sum();
    }

    private List<Pod> podsOn(String node) {
        return admin.pods().inNamespace(NAMESPACE).withField("spec.nodeName", node).list().getItems();
    }

    /** By the name of its Deployment, or its own. */
    private static Map<String, String> messages(DrainReport report) {
        return report.blockers().stream().collect(Collectors.toMap(
                blocker -> blocker.pod().split("-")[0], Blocker::message, (one, _) -> one));
    }

    private void node(String name) {
        Node node = FleetNode.of(name);
        node.getMetadata().getLabels().put("drain", "yes");
        admin.resource(node).create();
    }

    private void deployment(String name, int replicas) {
        admin.resource(new DeploymentBuilder()
                .withNewMetadata().withName(name).withNamespace(NAMESPACE).endMetadata()
                .withNewSpec()
                .withReplicas(replicas)
                .withNewSelector().withMatchLabels(Map.of("app", name)).endSelector()
                .withNewTemplate()
                .withNewMetadata().withLabels(Map.of("app", name)).endMetadata()
                .withSpec(spec())
                .endTemplate()
                .endSpec()
                .build()).create();
    }

    private void pod(String name, List<String> finalizers) {
        admin.resource(new PodBuilder()
                .withNewMetadata().withName(name).withNamespace(NAMESPACE).withFinalizers(finalizers).endMetadata()
                .withSpec(spec())
                .build()).create();
    }

    private static PodSpec spec() {
        return new PodSpecBuilder()
                .withNodeSelector(Map.of("drain", "yes"))
                .addNewToleration().withKey("kwok.x-k8s.io/node").withOperator("Exists").endToleration()
                .withTerminationGracePeriodSeconds(1L)
                .addNewContainer().withName("pause").withImage("localhost/varve-pause:1").endContainer()
                .build();
    }

    private void budget(String name, String app, int away) {
        admin.resource(new PodDisruptionBudgetBuilder()
                .withNewMetadata().withName(name).withNamespace(NAMESPACE).endMetadata()
                .withNewSpec()
                .withMaxUnavailable(new IntOrString(away))
                .withNewSelector().withMatchLabels(Map.of("app", app)).endSelector()
                .endSpec()
                .build()).create();
    }

    private void clean() {
        admin.pods().inNamespace(NAMESPACE).list().getItems().stream()
                .filter(pod -> !pod.getMetadata().getFinalizers().isEmpty())
                .forEach(pod -> admin.resource(pod).edit(DrainOnTestbedTest::withoutFinalizers));
        admin.namespaces().withName(NAMESPACE).delete();
        await().atMost(PATIENCE).until(() -> admin.namespaces().withName(NAMESPACE).get() == null);
        List.of(FROM, TO).forEach(name -> admin.nodes().withName(name).delete());
    }
}
