package dev.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.sandbox.quickstart.Guide;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bad input is one line that says what to do, exit code 2, and nothing is begun. */
class BadInputTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "quickstart --nodse | Unknown option: '--nodse'",
        "quickstart --nodes x | 'x' is not an int",
        "quickstart --nodes 1 | give 2 or more",
        "quickstart --nodes 101 | 1 to 100 nodes, not 101",
        "quickstart --port 99999 | 0 (any that is free) to 65535, not 99999",
        "quickstart --pull-time 99h | a pull or a boot takes 1h at the most",
        "quickstart --pull-time 99999999999h | want a duration such as 500ms, 30s or 10m",
        "quickstart --boot-time soon | want a duration such as 500ms, 30s or 10m",
        "quickstart --fault fire | want pull-fails, bad-boot or build-fails",
        "quickstart --containerfile /none/such | no such file",
        "quickstart --containerfile /tmp | is a directory",
        "quickstart --log /none/such/file | cannot write the log",
        "fly | Unmatched argument",
        "\"\" | which command?",
    })
    void isAnsweredInOneLine(String arguments, String sentence) {
        assertOneLine(run(arguments.isBlank() ? new String[0] : arguments.split(" ")), sentence);
    }

    @Test
    void aMachineOSConfigForAPoolThatDoesNotExist() throws IOException {
        Path file = Files.writeString(directory.resolve("mosc.yaml"), guide().replace("    name: layered\n", "    name: nowhere\n"));
        assertOneLine(run("quickstart", "-f", file.toString()), "names MachineConfigPool \"nowhere\", which does not exist here; the sandbox has \"layered\"");
    }

    @Test
    void aFileThatIsNoMachineOSConfig() throws IOException {
        assertOneLine(run("quickstart", "-f", Files.writeString(directory.resolve("a"), "kind: [").toString()), "not the YAML of one Kubernetes object");
        assertOneLine(run("quickstart", "-f", Files.writeString(directory.resolve("b"), "kind: Pod").toString()), "want one MachineOSConfig");
        assertOneLine(
                run("quickstart", "-f", Files.writeString(directory.resolve("c"), guide().replace("v1alpha1", "v9")).toString()),
                "apiVersion is machineconfiguration.openshift.io/v9");
    }

    @Test
    void aContainerfileThatIsNoText() throws IOException {
        Path file = Files.write(directory.resolve("Containerfile"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertOneLine(run("quickstart", "--containerfile", file.toString()), "not UTF-8 text");
    }

    @Test
    void aPortThatIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertOneLine(run("quickstart", "--port", Integer.toString(taken.getLocalPort())), "port " + taken.getLocalPort() + " of 127.0.0.1 is in use");
        }
    }

    private static CommandLines.Result run(String... arguments) {
        return CommandLines.varve(arguments);
    }

    private static void assertOneLine(CommandLines.Result result, String sentence) {
        assertThat(result.err()).startsWith("varve: ").contains(sentence).hasLineCount(1);
        assertThat(result.code()).isEqualTo(Main.BAD_INPUT);
        assertThat(result.out()).isEmpty();
    }

    private static String guide() throws IOException {
        try (var in = Guide.class.getResourceAsStream("/guide/machineosconfig.yaml")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
