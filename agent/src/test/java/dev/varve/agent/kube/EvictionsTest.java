package dev.varve.agent.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.agent.cluster.ClusterException;
import dev.varve.agent.cluster.Eviction;
import dev.varve.agent.decide.PodFacts;
import dev.varve.agent.state.JacksonJson;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked, how often, and what each answer of the API server means. Texts are those of Kubernetes 1.36. */
class EvictionsTest {
    private static final String EVICTION = "POST /api/v1/namespaces/shop/pods/cart-0/eviction";
    private static final String VIOLATES = "Cannot evict pod as it would violate the pod's disruption budget.";
    private static final PodFacts POD = new PodFacts("shop", "cart-0", "uid-1", Map.of(),
            Optional.of(new PodFacts.Controller("ReplicaSet", "u")), false, false, Optional.empty());

    private final Wire wire = new Wire();
    private KubernetesClient client;
    private KubeNodeApi api;

    @BeforeEach
    void begin() throws IOException {
        wire.start();
        Config config = new ConfigBuilder(Config.empty()).withMasterUrl("http://127.0.0.1:" + wire.port()).build();
        client = new KubernetesClientBuilder().withConfig(config).withHttpClientFactory(new JdkHttpClientFactory()).build();
        api = new KubeNodeApi(client, "worker-1", new JacksonJson(), Clock.systemUTC());
    }

    @AfterEach
    void end() {
        api.close();
        client.close();
        wire.close();
    }

    @Test
    void asksByPolicyV1WithTheUidAsPrecondition() {
        wire.answer(EVICTION, 201, "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Success\",\"code\":201}");
        assertThat(api.evict(POD)).isEqualTo(new Eviction.Accepted());
        assertThat(wire.requests()).singleElement().asString()
                .contains("\"apiVersion\":\"policy/v1\"", "\"kind\":\"Eviction\"", "\"preconditions\":{\"uid\":\"uid-1\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "The disruption budget web needs 2 healthy pods and has 2 currently",
        "The disruption budget web is still being processed by the server.",
        "The disruption budget web does not allow evicting pods currently because it failed sync: found no controllers",
    })
    void aRefusalNamesItsBudgetAndTheReason(String cause) {
        wire.answer(EVICTION, 429, failure(429, "TooManyRequests", VIOLATES, "DisruptionBudget", cause));
        assertThat(api.evict(POD)).isEqualTo(new Eviction.Refused(Optional.of("web"), VIOLATES + " " + cause));
    }

    @Test
    void aPodOfSeveralBudgetsSaysWhatToDo() {
        wire.answer(EVICTION, 500, "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\",\"message\":\"This pod has more"
                + " than one PodDisruptionBudget, which the eviction subresource does not support.\",\"code\":500}");
        assertThat(api.evict(POD)).isEqualTo(new Eviction.Refused(Optional.empty(),
                "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support. Let one budget"
                        + " select it, not several"));
    }

    @Test
    void aNamespaceThatIsBeingDeletedTakesThePodWithIt() {
        wire.answer(EVICTION, 403, failure(403, "Forbidden",
                "pods \\\"cart-0\\\" is forbidden: unable to create new content in namespace shop because it is being terminated",
                "NamespaceTerminating", "namespace shop is being terminated"));
        assertThat(api.evict(POD)).isEqualTo(new Eviction.Refused(Optional.empty(),
                "its namespace is being deleted, which deletes the pod: waits for that"));
    }

    @ParameterizedTest
    @CsvSource({
        "403, Forbidden, poddisruptionbudget \"web\" is forbidden: pdb disruptions allowed is negative",
        "500, InternalError, failed calling webhook",
        "504, Timeout, couldn't update PodDisruptionBudget \"web\" due to conflicts",
        "422, Invalid, no grace",
    })
    void anyOtherWordAboutThePodIsPassedOn(int code, String reason, String message) {
        wire.answer(EVICTION, code, failure(code, reason, message.replace("\"", "\\\""), "", ""));
        assertThat(api.evict(POD)).isEqualTo(new Eviction.Refused(Optional.empty(), message));
    }

    @ParameterizedTest
    @CsvSource({"404, NotFound", "409, Conflict"})
    void aPodThatIsGoneOrAnotherOneIsNoTrouble(int code, String reason) {
        wire.answer(EVICTION, code, failure(code, reason, "the UID in the precondition does not match", "", ""));
        assertThat(api.evict(POD)).isEqualTo(new Eviction.Gone());
    }

    /** The API server has no time, does not know us, or somebody before it answers. */
    @ParameterizedTest
    @CsvSource({"429, TooManyRequests", "401, Unauthorized", "502, ''", "503, ServiceUnavailable"})
    void whatIsNotAboutThePodEndsTheDrainForAWhile(int code, String reason) {
        wire.answer(EVICTION, code, failure(code, reason, "try again later", "", ""));
        assertThatThrownBy(() -> api.evict(POD)).isInstanceOf(ClusterException.class).hasMessageContaining("evict pod shop/cart-0");
    }

    /** Each answer that a client might repeat by itself: what is asked is what the drain asked for. */
    @ParameterizedTest
    @CsvSource({"429, true", "500, true", "503, true", "500, false", "0, false"})
    void nothingIsAskedBehindOurBack(int code, boolean retryAfter) {
        if (code == 0) {
            wire.hangUp(EVICTION);
        } else {
            wire.answer(EVICTION, code, failure(code, "", "no", "DisruptionBudget", "The disruption budget web needs 2"),
                    retryAfter ? Map.of("Retry-After", "1") : Map.of());
        }
        int asked = 5;
        for (int i = 0; i < asked; i++) {
            try {
                api.evict(POD);
            } catch (ClusterException away) {
                assertThat(List.of(0, 503)).contains(code);
            }
        }
        assertThat(wire.requests()).hasSize(asked);
    }

    @Test
    void noAnswerIsAnException() {
        wire.close();
        assertThatThrownBy(() -> api.evict(POD)).isInstanceOf(ClusterException.class).hasMessageContaining("evict pod shop/cart-0");
    }

    private static String failure(int code, String reason, String message, String cause, String causeMessage) {
        String causes = cause.isEmpty() ? "" : "{\"reason\":\"" + cause + "\",\"message\":\"" + causeMessage + "\"}";
        return "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\",\"code\":" + code + ",\"reason\":\"" + reason
                + "\",\"message\":\"" + message + "\",\"details\":{\"causes\":[" + causes + "]}}";
    }
}
