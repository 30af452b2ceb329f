package dev.varve.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateRotationTest {
    @TempDir
    Path directory;

    /** As the kubelet: a new file for each certificate, and a link to it that is renamed. */
    @Test
    void endsOnceWhenTheLinkPointsToAnotherCertificate() throws Exception {
        Path current = directory.resolve("kubelet-client-current.pem");
        store("1", "old");
        var ends = new AtomicInteger();
        try (var rotation = new CertificateRotation(current, ends::incrementAndGet)) {
            assertThat(rotation).isNotNull();
            store("2", "old");
            Files.writeString(directory.resolve("other"), "x");
            Awaitility.await().during(Duration.ofMillis(200)).until(() -> ends.get() == 0);
            store("3", "new");
            Awaitility.await().until(() -> ends.get() == 1);
            store("4", "newer");
            Awaitility.await().during(Duration.ofMillis(200)).until(() -> ends.get() == 1);
        }
    }

    private void store(String version, String text) throws Exception {
        Path file = Files.writeString(directory.resolve("kubelet-client-" + version + ".pem"), text);
        Path link = Files.createSymbolicLink(directory.resolve("kubelet-client-updated.pem"), file);
        Files.move(link, directory.resolve("kubelet-client-current.pem"), StandardCopyOption.ATOMIC_MOVE);
    }
}
