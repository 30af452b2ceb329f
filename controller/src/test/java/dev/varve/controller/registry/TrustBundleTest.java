package dev.varve.controller.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustBundleTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    /** Made by the JDK's own tool: a key and a certificate for 127.0.0.1 that nobody has signed. */
    @TempDir
    static Path made;

    private static Path pem;

    @TempDir
    Path directory;

    @BeforeAll
    static void makeACertificate() throws Exception {
        keytool("-genkeypair", "-alias", "server", "-keyalg", "EC", "-dname", "CN=registry", "-ext", "SAN=ip:127.0.0.1");
        pem = made.resolve("ca.crt");
        keytool("-exportcert", "-rfc", "-alias", "server", "-file", pem.toString());
    }

    private static void keytool(String... arguments) throws Exception {
        var command = new java.util.ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), arguments[0],
                "-keystore", made.resolve("store").toString(), "-storetype", "PKCS12", "-storepass", new String(PASSWORD)));
        command.addAll(List.of(arguments).subList(1, arguments.length));
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    @Test
    void aRegistryOfTheClustersOwnAuthorityIsTrustedOnlyWithTheBundle() throws Exception {
        Files.copy(pem, directory.resolve("ca.crt"));
        HttpsServer server = server();
        try {
            assertThat(status(server, TrustBundle.read(directory))).isEqualTo(404);
            assertThatThrownBy(() -> status(server, List.of())).isInstanceOf(SSLHandshakeException.class);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void whatThisJavaTrustsIsTrustedToo() throws Exception {
        int usual = TrustBundle.store(List.of()).size();
        assertThat(usual).isPositive();
        assertThat(TrustBundle.store(TrustBundle.read(pem)).size()).isEqualTo(usual + 1);
    }

    /** As the kubelet mounts it: files are links into a directory that a hidden link names. */
    @Test
    void readsEachFileOfAMountedConfigMapOnce() throws Exception {
        Path version = Files.createDirectory(directory.resolve("..2026_1"));
        Files.copy(pem, version.resolve("a.crt"));
        Files.writeString(version.resolve("b.crt"), "# two of them\n" + Files.readString(pem) + "\n# and\n" + Files.readString(pem));
        Files.writeString(version.resolve("c.crt"), "\n");
        Files.createSymbolicLink(directory.resolve("..data"), version.getFileName());
        for (String name : List.of("a.crt", "b.crt", "c.crt")) {
            Files.createSymbolicLink(directory.resolve(name), Path.of("..data", name));
        }
        assertThat(TrustBundle.read(directory)).hasSize(3);
    }

    @Test
    void nothingThereIsNoCertificate() {
        assertThat(TrustBundle.read(directory)).isEmpty();
        assertThat(TrustBundle.read(directory.resolve("missing"))).isEmpty();
    }

    @Test
    void namesTheFileThatIsNoBundle() throws Exception {
        Path file = Files.writeString(directory.resolve("x.crt"), "hello");
        assertThatThrownBy(() -> TrustBundle.read(directory)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("trust bundle " + file + " has ");
        Files.writeString(file, Files.readString(pem).substring(0, 300) + "\n-----END CERTIFICATE-----\n");
        assertThatThrownBy(() -> TrustBundle.read(directory)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("trust bundle " + file + " has something that is no PEM certificate");
    }

    private static HttpsServer server() throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(made.resolve("store"))) {
            keys.load(in, PASSWORD);
        }
        var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.start();
        return server;
    }

    private static int status(HttpsServer server, List<X509Certificate> trust) throws IOException, InterruptedException {
        URI uri = URI.create("https://127.0.0.1:" + server.getAddress().getPort() + "/v2/");
        try (HttpClient client = HttpClient.newBuilder().sslContext(TrustBundle.context(trust)).build()) {
            return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding()).statusCode();
        }
    }
}
