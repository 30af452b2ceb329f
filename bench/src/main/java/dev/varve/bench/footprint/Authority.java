package dev.varve.bench.footprint;

import dev.varve.bench.BenchException;
import dev.varve.testbed.host.Command;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** One self-made key for both ends of a TLS connection, each of which trusts it: what is measured is the cost, not the safety. */
final class Authority {
    private static final String PASSWORD = "bench-only";

    private final Path certificate;
    private final Path key;
    private final SSLContext server;

    private Authority(Path certificate, Path key, SSLContext server) {
        this.certificate = certificate;
        this.key = key;
        this.server = server;
    }

    static Authority make(Path directory) {
        Path key = directory.resolve("key.pem");
        Path certificate = directory.resolve("certificate.pem");
        Path both = directory.resolve("both.p12");
        // In the form that a kubelet keeps its own in.
        Command.of("openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key).run();
        Command.of("openssl", "req", "-x509", "-sha256", "-days", "2", "-subj", "/O=system:nodes/CN=system:node:bench", "-key", key, "-out", certificate,
                "-addext", "subjectAltName=IP:127.0.0.1").run();
        Command.of("openssl", "pkcs12", "-export", "-in", certificate, "-inkey", key, "-passout", "pass:" + PASSWORD, "-out", both).run();
        return new Authority(certificate, key, tls(certificate, both));
    }

    SSLContext server() {
        return server;
    }

    /** As a kubelet has it, with certificate and key of the client within. */
    String kubeconfig(int port) {
        return """
                apiVersion: v1
                kind: Config
                current-context: bench
                clusters:
                - {name: bench, cluster: {server: "https://127.0.0.1:%d", certificate-authority-data: %s}}
                users:
                - {name: bench, user: {client-certificate-data: %s, client-key-data: %s}}
                contexts:
                - {name: bench, context: {cluster: bench, user: bench}}
                """.formatted(port, base64(certificate), base64(certificate), base64(key));
    }

    private static SSLContext tls(Path certificate, Path both) {
        try (InputStream in = Files.newInputStream(both); InputStream pem = Files.newInputStream(certificate)) {
            KeyStore own = KeyStore.getInstance("PKCS12");
            own.load(in, PASSWORD.toCharArray());
            var ourselves = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            ourselves.init(own, PASSWORD.toCharArray());
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("bench", CertificateFactory.getInstance("X.509").generateCertificate(pem));
            var others = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            others.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(ourselves.getKeyManagers(), others.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException unusable) {
            throw new BenchException("cannot use the key in " + both + " for TLS: " + unusable.getMessage(), unusable);
        }
    }

    private static String base64(Path file) {
        try {
            return Base64.getEncoder().encodeToString(Files.readAllBytes(file));
        } catch (IOException unreadable) {
            throw new BenchException("cannot read " + file + ": " + unreadable.getMessage(), unreadable);
        }
    }
}
