package dev.varve.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MainTest {
    @TempDir
    Path directory;

    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void aUsableEnvironment() throws IOException {
        environment.put("NODE_NAME", "worker-1");
        environment.put("KUBECONFIG", Files.writeString(directory.resolve("kubeconfig"), "").toString());
        environment.put("VARVE_HOST_RUN", directory.toString());
        environment.put("VARVE_STATE_DIR", directory.resolve("state").toString());
    }

    @ParameterizedTest
    @CsvSource({
        "NODE_NAME,       '',              NODE_NAME is not set",
        "KUBECONFIG,      /does/not/exist, KUBECONFIG is /does/not/exist",
        "KUBECONFIG,      '',              there is no API server to talk to",
        "VARVE_HOST_RUN,  /does/not/exist, mount the host's /run",
        "VARVE_HOST_PROC, /tmp,            which has no sys/kernel/random/boot_id",
        "VARVE_BUS,       tcp:host=x,      want unix:path=",
        "VARVE_PULL_SECRET, /proc/version, which is no directory",
        "VARVE_STATE_DIR, relative,        want an absolute path",
        "VARVE_STATE_DIR, /proc/version,   want an absolute path of a directory",
    })
    void badOrMissingInputIsOneSentenceAndExitCodeTwo(String name, String value, String sentence) {
        environment.put(name, value);
        var err = new ByteArrayOutputStream();
        int code = Main.run(new String[0], environment, new PrintStream(err, true, StandardCharsets.UTF_8));
        assertThat(code).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("varve-agent: ").contains(sentence).hasLineCount(1);
    }

    @Test
    void argumentsAreRefused() {
        var err = new ByteArrayOutputStream();
        assertThat(Main.run(new String[] {"--help"}, environment, new PrintStream(err, true, StandardCharsets.UTF_8))).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("no arguments");
    }

    @Test
    void readsWhatItIsGivenAndFillsInTheRest() throws Settings.Unusable {
        environment.put("POD_NAMESPACE", "varve");
        environment.put("POD_NAME", "agent-1");
        environment.put("VARVE_PULL_SECRET", "/run/secrets/base:/run/secrets/not-there-yet");
        assertThat(Settings.from(environment)).isEqualTo(new Settings(
                new AgentConfig("worker-1", "varve", "agent-1", directory.resolve("state")),
                Optional.of(new File(environment.get("KUBECONFIG"))),
                "unix:path=" + directory + "/dbus/system_bus_socket",
                directory,
                Path.of("/proc"),
                Path.of("/host/etc/ostree/auth.json"),
                List.of(Path.of("/run/secrets/base"), Path.of("/run/secrets/not-there-yet"))));
    }

    @Test
    void inAClusterItNeedsNoKubeconfig() throws Settings.Unusable {
        environment.remove("KUBECONFIG");
        environment.put("KUBERNETES_SERVICE_HOST", "10.0.0.1");
        assertThat(Settings.from(environment).kubeconfig()).isEmpty();
    }
}
