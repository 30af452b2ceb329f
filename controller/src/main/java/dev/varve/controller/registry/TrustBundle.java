package dev.varve.controller.registry;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Certificate authorities that registries may be signed by, beside those that this Java trusts anyway. */
public final class TrustBundle {
    private TrustBundle() {}

    /**
     * The certificates of a PEM file, or of all files of a directory; none where there is neither: a ConfigMap that does not
     * exist is mounted as an empty directory.
     *
     * @throws IllegalArgumentException where a file cannot be read or is something else; the message is one sentence that
     *     names it
     */
    public static List<X509Certificate> read(Path place) {
        var certificates = new ArrayList<X509Certificate>();
        files(place).forEach(file -> certificates.addAll(certificates(file)));
        return List.copyOf(certificates);
    }

    /** For clients that trust these beside what is trusted by default. */
    public static SSLContext context(List<X509Certificate> also) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers(store(also)), null);
            return context;
        } catch (GeneralSecurityException | IOException impossible) {
            throw new IllegalStateException("this Java cannot make a trust store: " + impossible.getMessage(), impossible);
        }
    }

    static KeyStore store(List<X509Certificate> also) throws GeneralSecurityException, IOException {
        KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
        all.load(null, null);
        for (TrustManager manager : managers(null)) {
            if (manager instanceof X509TrustManager usual) {
                add(all, List.of(usual.getAcceptedIssuers()));
            }
        }
        add(all, also);
        return all;
    }

    /** @param store null for what is trusted by default */
    private static TrustManager[] managers(@Nullable KeyStore store) throws GeneralSecurityException {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static void add(KeyStore store, List<X509Certificate> certificates) throws GeneralSecurityException {
        for (X509Certificate certificate : certificates) {
            store.setCertificateEntry("trusted-" + store.size(), certificate);
        }
    }

    private static List<Path> files(Path place) {
        if (!Files.isDirectory(place)) {
            return Files.exists(place) ? List.of(place) : List.of();
        }
        try (Stream<Path> entries = Files.list(place)) {
            // Hidden is what the kubelet needs for itself to swap a mounted ConfigMap.
            return entries.filter(entry -> !entry.getFileName().toString().startsWith(".") && !Files.isDirectory(entry)).sorted().toList();
        } catch (IOException unreadable) {
            throw new IllegalArgumentException("trust bundle " + place + " cannot be read: " + unreadable, unreadable);
        }
    }

    private static List<X509Certificate> certificates(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] text = in.readAllBytes();
            var certificates = new ArrayList<X509Certificate>();
            // A ConfigMap that somebody else is still to fill has an empty file.
            if (!new String(text, StandardCharsets.ISO_8859_1).isBlank()) {
                for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(text))) {
                    certificates.add((X509Certificate) one);
                }
            }
            return certificates;
        } catch (IOException unreadable) {
            throw new IllegalArgumentException("trust bundle " + file + " cannot be read: " + unreadable, unreadable);
        } catch (CertificateException malformed) {
            throw new IllegalArgumentException(
                    "trust bundle " + file + " has something that is no PEM certificate: " + malformed.getMessage(), malformed);
        }
    }
}
