package dev.varve.systemd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where JNA's library cannot be had, each user of it says so once, and the process goes on. */
class WithoutLibraryTest {
    @TempDir
    Path directory;

    /** Stands for a process that wants both sockets. */
    static final class Both {
        public static void main(String[] arguments) {
            try (var notices = ServiceNotices.from(Map.of("NOTIFY_SOCKET", "/run/none"), complaint -> System.out.println("complaint: " + complaint))) {
                notices.ready();
                notices.status("goes on");
            }
            try {
                JournalSocket.open(Path.of("/run/none"));
            } catch (JournalException unusable) {
                System.out.println("journal: " + unusable.getMessage());
            }
            System.out.println("went on");
        }
    }

    @Test
    void thatIsNotWhereItShouldBe() throws Exception {
        saysSoAndGoesOn(OwnJvm.output(OwnJvm.command(
                "-Djna.boot.library.path=" + directory, "-Djna.nosys=true", "-Djna.nounpack=true", Both.class.getName())));
    }

    @Test
    void thatLiesWhereNothingMayBeExecuted() throws Exception {
        assumeTrue(new ProcessBuilder("unshare", "--mount", "true").start().waitFor() == 0, "this user cannot mount");
        saysSoAndGoesOn(OwnJvm.output(OwnJvm.shell(
                "mount -t tmpfs -o noexec none " + directory + " && exec \"$@\"",
                OwnJvm.command("-Djna.tmpdir=" + directory, "-Djna.nosys=true", Both.class.getName()))));
    }

    private static void saysSoAndGoesOn(String output) {
        assertThat(output.lines().filter(line -> line.startsWith("complaint: "))).singleElement().asString().contains("NOTIFY_SOCKET /run/none");
        assertThat(output.lines().filter(line -> line.startsWith("journal: "))).singleElement().asString().contains("open a socket for /run/none");
        assertThat(output).endsWith("went on\n");
    }
}
