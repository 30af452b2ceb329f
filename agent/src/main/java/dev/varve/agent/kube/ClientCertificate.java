package dev.varve.agent.kube;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A client certificate as kubelets have it: {@code kubelet-client-current.pem} holds certificate and key in one file, and the
 * kubeconfig names it for both (k8s.io/client-go/util/certificate, certificate_store.go). The client library reads either from
 * a file of its own, so it is given the two parts.
 */
final class ClientCertificate {
    private static final Pattern BLOCK = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----.*?-----END \\1-----\\n?", Pattern.DOTALL);
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String KEY = "PRIVATE KEY";

    private ClientCertificate() {}

    /** @throws KubernetesClientException where a file that the kubeconfig names cannot be read or lacks its part */
    static Config inParts(Config config) {
        var parts = new ConfigBuilder(config);
        String certificate = config.getClientCertFile();
        if (certificate != null && !certificate.isEmpty()) {
            parts.withClientCertFile(null).withClientCertData(part(Path.of(certificate), CERTIFICATE));
        }
        String key = config.getClientKeyFile();
        if (key != null && !key.isEmpty()) {
            parts.withClientKeyFile(null).withClientKeyData(part(Path.of(key), KEY));
        }
        return parts.build();
    }

    private static String part(Path file, String kind) {
        String text;
        try {
            text = Files.readString(file, StandardCharsets.US_ASCII);
        } catch (IOException unreadable) {
            throw new KubernetesClientException("it names " + file + ", which cannot be read: " + unreadable, unreadable);
        }
        var part = new StringBuilder();
        Matcher block = BLOCK.matcher(text);
        while (block.find()) {
            if (block.group(1).endsWith(kind)) {
                part.append(block.group().strip()).append('\n');
            }
        }
        if (part.isEmpty()) {
            throw new KubernetesClientException("it names " + file + ", in which there is no " + kind);
        }
        return Base64.getEncoder().encodeToString(part.toString().getBytes(StandardCharsets.US_ASCII));
    }
}
