package dev.varve.agent.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientCertificateTest {
    @TempDir
    static Path directory;

    private static Path current;

    /** Certificate and key in one file, as a kubelet stores what it was signed. */
    @BeforeAll
    static void aKubeletsCertificate() throws Exception {
        Path store = directory.resolve("store");
        assertThat(new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias", "k", "-keyalg", "RSA",
                        "-dname", "CN=system:node:w", "-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", "changeit"))
                .inheritIO().start().waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
        current = Files.writeString(directory.resolve("kubelet-client-current.pem"),
                pem("CERTIFICATE", keys.getCertificate("k").getEncoded())
                        + pem("PRIVATE KEY", keys.getKey("k", "changeit".toCharArray()).getEncoded()));
    }

    private static String pem(String kind, byte[] bytes) {
        return "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes) + "\n-----END " + kind
                + "-----\n";
    }

    @Test
    void aFileWithBothIsTakenApart() {
        Config parts = ClientCertificate.inParts(config(current));
        assertThat(parts.getClientCertFile()).isNull();
        assertThat(decoded(parts.getClientCertData())).startsWith("-----BEGIN CERTIFICATE-----").doesNotContain("KEY");
        assertThat(decoded(parts.getClientKeyData())).startsWith("-----BEGIN PRIVATE KEY-----").doesNotContain("CERTIFICATE");
    }

    @Test
    void aClientCanBeMadeFromAKubeletsKubeconfig() throws Exception {
        Path kubeconfig = Files.writeString(directory.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "https://127.0.0.1:1", insecure-skip-tls-verify: true}}]
                users: [{name: u, user: {client-certificate: %1$s, client-key: %1$s}}]
                contexts: [{name: x, context: {cluster: c, user: u}}]
                current-context: x
                """.formatted(current));
        Clients.Connected connected = Clients.connect(Optional.of(kubeconfig.toFile()));
        assertThat(connected.certificate()).contains(current);
        connected.client().close();
    }

    @Test
    void whatIsMissingIsNamed() throws Exception {
        Path empty = Files.writeString(directory.resolve("empty.pem"), "");
        assertThatThrownBy(() -> ClientCertificate.inParts(config(empty))).isInstanceOf(KubernetesClientException.class)
                .hasMessage("it names " + empty + ", in which there is no CERTIFICATE");
        Path gone = directory.resolve("gone.pem");
        assertThatThrownBy(() -> ClientCertificate.inParts(config(gone))).isInstanceOf(KubernetesClientException.class)
                .hasMessageStartingWith("it names " + gone + ", which cannot be read");
    }

    private static Config config(Path file) {
        return new ConfigBuilder(Config.empty()).withClientCertFile(file.toString()).withClientKeyFile(file.toString()).build();
    }

    private static String decoded(String data) {
        return new String(Base64.getDecoder().decode(data), java.nio.charset.StandardCharsets.US_ASCII);
    }
}
