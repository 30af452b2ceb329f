package dev.varve.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
    private static Map<String, String> with(String name, String value) {
        var environment = new HashMap<>(Map.of("VARVE_AGENT_IMAGE", "agent:1", "VARVE_BUILDER_IMAGE", "builder:1"));
        environment.put(name, value);
        return environment;
    }

    @Test
    void needsTwoImagesAndHasDefaultsForTheRest() {
        ControllerConfig config = Settings.read(with("POD_NAME", "varve-controller-0"));

        assertThat(config.namespace()).isEqualTo("openshift-machine-config-operator");
        assertThat(config.agentImage()).isEqualTo("agent:1");
        assertThat(config.httpHost()).isEqualTo("127.0.0.1");
        assertThat(config.httpPort()).isEqualTo(8080);
        assertThat(config.identity()).isEqualTo("varve-controller-0");
    }

    @Test
    void noTwoProcessesWithoutANameHaveTheSame() {
        assertThat(Settings.read(with("X", "")).identity()).isNotEqualTo(Settings.read(with("X", "")).identity());
    }

    @Test
    void readsAliasesOfRegistries() {
        assertThat(Settings.read(with("VARVE_REGISTRY_ALIASES", "quay.io=http://localhost:5000, a=https://b")).registryAliases())
                .isEqualTo(Map.of("quay.io", URI.create("http://localhost:5000"), "a", URI.create("https://b")));
    }

    @Test
    void readsHowBuildPodsLook() {
        var environment = with("VARVE_BUILD_REQUESTS", "cpu=100m, memory=256Mi");
        environment.put("VARVE_BUILD_LIMITS", "memory=2Gi");
        environment.put("VARVE_BUILD_NODE_SELECTOR", "varve.dev/builds=yes");
        environment.put("VARVE_BUILD_STORAGE_DRIVER", "overlay");

        var builder = Settings.read(environment).builder();

        assertThat(builder.image()).isEqualTo("builder:1");
        assertThat(builder.storageDriver()).isEqualTo("overlay");
        assertThat(builder.requests()).isEqualTo(Map.of("cpu", "100m", "memory", "256Mi"));
        assertThat(builder.limits()).isEqualTo(Map.of("memory", "2Gi"));
        assertThat(builder.nodeSelector()).containsEntry("varve.dev/builds", "yes").containsEntry("kubernetes.io/os", "linux");
    }

    @Test
    void whatABuildDoesNotAskForItDoesNotGetByALimitEither() {
        assertThat(Settings.read(with("VARVE_BUILD_REQUESTS", "memory=1Gi")).builder().limits()).isEqualTo(Map.of("memory", "4Gi"));
        assertThat(Settings.read(with("VARVE_BUILD_LIMITS", "ephemeral-storage=30Gi")).builder().limits())
                .isEqualTo(Map.of("ephemeral-storage", "30Gi"));
    }

    @Test
    void aTrustBundleThatIsNotMountedIsNone() {
        assertThat(Settings.read(with("VARVE_TRUST_BUNDLE", "/does/not/exist")).registryTrust()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "VARVE_AGENT_IMAGE      |          | VARVE_AGENT_IMAGE is not set: want the image that the agents run",
        "VARVE_HTTP_PORT        | 70000    | VARVE_HTTP_PORT is \"70000\": want a port, 0 to 65535",
        "VARVE_BUILD_STORAGE_DRIVER | zfs  | VARVE_BUILD_STORAGE_DRIVER is \"zfs\": want vfs or overlay",
        "VARVE_BUILD_REQUESTS   | cpu=x    | VARVE_BUILD_REQUESTS has \"cpu=x\": want resources and quantities, like cpu=500m,memory=1Gi",
        "VARVE_BUILD_REQUESTS   | cpu      | VARVE_BUILD_REQUESTS has \"cpu\": want resources and quantities, like cpu=500m,memory=1Gi",
        "VARVE_BUILD_REQUESTS   | memory=8Gi | VARVE_BUILD_REQUESTS has memory=8Gi and VARVE_BUILD_LIMITS has only 4Gi: want a request that is not above the limit",
        "VARVE_BUILD_LIMITS     | cpu=1,,  | VARVE_BUILD_LIMITS has \"\": want resources and quantities, like cpu=500m,memory=1Gi",
        "VARVE_BUILD_NODE_SELECTOR | a b=c | VARVE_BUILD_NODE_SELECTOR has \"a b=c\": want labels and values, like disk=fast,zone=a",
        "VARVE_TRUST_BUNDLE     | /proc/version | trust bundle /proc/version has something that is no PEM certificate: No certificate data found",
        "VARVE_HTTP_PORT        | x        | VARVE_HTTP_PORT is \"x\": want a port, 0 to 65535",
        "VARVE_REGISTRY_ALIASES | quay.io  | VARVE_REGISTRY_ALIASES has \"quay.io\": want host=https://where[:port], separated by commas",
        "VARVE_REGISTRY_ALIASES | a=ftp://b| VARVE_REGISTRY_ALIASES has \"a=ftp://b\": want host=https://where[:port], separated by commas"
    })
    void saysWhatIsWrongAndWhatWouldBeRight(String name, String value, String message) {
        assertThatThrownBy(() -> Settings.read(with(name, value == null ? "" : value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
