package dev.varve.controller.kube.build;

import dev.varve.controller.decide.build.SecretFacts;
import dev.varve.controller.kube.render.Remembered;
import dev.varve.controller.registry.DockerConfig;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The secrets that MachineOSConfigs name, read by name: they are never listed and never watched. */
public final class Secrets {
    /** Shorter than an invalid config waits: a secret that was just created is seen at the next look. */
    private static final Duration VALID = Duration.ofSeconds(4);
    private static final List<String> LOGINS = List.of(".dockerconfigjson", ".dockercfg");

    private final KubernetesClient client;
    private final String namespace;
    private final Remembered<Optional<Secret>> secrets = new Remembered<>(read -> VALID);

    public Secrets(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    /** Those of the names that exist. */
    Map<String, SecretFacts> facts(List<String> names, Instant now) {
        var facts = new TreeMap<String, SecretFacts>();
        for (String name : names) {
            read(name, now).ifPresent(secret -> facts.put(name, new SecretFacts(
                    secret.getType() == null ? "Opaque" : secret.getType(), data(secret).keySet())));
        }
        return facts;
    }

    /** Changes when one of them does; shows nothing of their contents. */
    String versions(List<String> names, Instant now) {
        return String.join(",", names.stream()
                .map(name -> name + "@" + read(name, now).map(Secret::getMetadata).map(ObjectMeta::getResourceVersion).orElse("none"))
                .toList());
    }

    /** No login where there is none or it cannot be read: the registry then says what it misses. */
    public DockerConfig login(String name, Instant now) {
        Map<String, String> data = read(name, now).map(Secrets::data).orElse(Map.of());
        for (String key : LOGINS) {
            String encoded = data.get(key);
            if (encoded != null) {
                return parsed(encoded);
            }
        }
        return DockerConfig.NONE;
    }


    private Optional<Secret> read(String name, Instant now) {
        return name.isEmpty()
                ? Optional.empty()
                : secrets.get(name, now, () -> Optional.ofNullable(client.secrets().inNamespace(namespace).withName(name).get()));
    }

    private static DockerConfig parsed(String encoded) {
        try {
            return DockerConfig.parse(Base64.getDecoder().decode(encoded));
        } catch (IllegalArgumentException unreadable) {
            return DockerConfig.NONE;
        }
    }

    private static Map<String, String> data(Secret secret) {
        Map<String, String> data = secret.getData();
        return data == null ? Map.of() : data;
    }
}
