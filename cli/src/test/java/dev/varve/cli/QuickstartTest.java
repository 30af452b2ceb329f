package dev.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.sandbox.quickstart.Guide;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as a newcomer calls it, with quick machines: the faults too end in claims that hold. */
class QuickstartTest {

    @Test
    void playsTheGuideAndEndsWithWhatItCost() {
        CommandLines.Result result = quickstart();
        assertThat(result.out()).containsSubsequence(
                "real ", "simulated ",
                "1. Set up", "is valid",
                "2. The build", "SUCCEEDED True",
                "3. The build is complete", "finalImagePullspec",
                "4. Before", "registry.ci.openshift.org", "tree is not on worker-0",
                "kubectl label node/worker-0 node-role.kubernetes.io/layered=", "kubectl wait",
                "6. After", "tree is on worker-0",
                "minAvailable: 2", "strace",
                "never more than 1 node was away", "never had fewer than the 2 replicas",
                "8. The way back", "kubectl label node/worker-0 node-role.kubernetes.io/layered-",
                "worker-0 is booted into 4.17", "the way back took 1 reboot", "tree is not on worker-0",
                "What it cost",
                "NODE", "UNSCHEDULABLE", "worker-0", "worker-1",
                "13 claims hold, 0 failed");
        assertThat(result.code()).isZero();
    }

    @Test
    void aPullThatFailsIsTriedAgain() {
        assertThat(quickstart("--fault", "pull-fails").code()).isZero();
    }

    @Test
    void aBadImageStopsAtTheFirstNode() {
        CommandLines.Result result = quickstart("--fault", "bad-boot");
        assertThat(result.out()).contains("did not survive its boot on this node", "ok  the bad image stopped at the first node");
        assertThat(result.code()).isZero();
    }

    @Test
    void aBuildThatFailsSaysWhy() {
        CommandLines.Result result = quickstart("--fault", "build-fails");
        assertThat(result.out()).contains("container image-build exited with 3");
        assertThat(result.code()).isZero();
    }

    @Test
    void aContainerfileThatCannotBeBuiltIsRefusedWithItsLineAndExitCodeOne(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("Containerfile"), "FROM configs AS final\nRNU rpm-ostree install tree\n");
        CommandLines.Result result = quickstart("--containerfile", file.toString());
        assertThat(result.err()).contains("MachineOSConfig layered is not valid").contains("line 2").contains("RNU").hasLineCount(1);
        assertThat(result.code()).isEqualTo(1);
    }

    @Test
    void aConfigThatTheApiServerRefusesIsShownItsOwnWords(@TempDir Path directory) throws IOException {
        String config = Serialization.asYaml(Guide.machineOSConfig()).replace("noarch", "sparc");
        CommandLines.Result result = quickstart("-f", Files.writeString(directory.resolve("mosc.yaml"), config).toString());
        assertThat(result.err()).contains("spec.buildInputs.containerFile[0].containerfileArch: Unsupported value: \"sparc\"").hasLineCount(1);
        assertThat(result.code()).isEqualTo(1);
    }

    @Test
    void aContainerfileOfTheUsersOwnIsBuiltAndKeptInTheSecondRound(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("Containerfile"), "# mine\nFROM configs AS final\nRUN rpm-ostree install htop\n");
        CommandLines.Result result = quickstart("--containerfile", file.toString());
        assertThat(result.out()).contains("RUN rpm-ostree install htop\n   RUN rpm-ostree install strace").doesNotContain("tree --version");
        assertThat(result.code()).isZero();
    }

    private static CommandLines.Result quickstart(String... more) {
        return CommandLines.varve(
                Stream.concat(
                                Stream.of("quickstart", "--nodes", "2", "--pull-time", "200ms", "--boot-time", "200ms"),
                                Stream.of(more))
                        .toArray(String[]::new));
    }
}
