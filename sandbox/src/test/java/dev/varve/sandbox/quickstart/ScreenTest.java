package dev.varve.sandbox.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScreenTest {
    private final StringWriter text = new StringWriter();
    private Instant now = Instant.EPOCH;

    private Screen screen(boolean terminal) {
        return new Screen(new PrintWriter(text), terminal, () -> now);
    }

    @Test
    void aTerminalRedrawsTheLiveLinesAndKeepsTheRest() {
        Screen screen = screen(true);
        screen.live(List.of("a 1", "b 1"));
        screen.live(List.of("a 2", "b 2"));
        screen.say("done");
        assertThat(text).hasToString("   a 1\n   b 1\n\u001b[2A\u001b[J   a 2\n   b 2\n\u001b[2A\u001b[J   done\n");
    }

    @Test
    void elsewhereEveryChangeIsAPlainLineWithItsTime() {
        Screen screen = screen(false);
        screen.live(List.of("never seen"));
        now = now.plusMillis(2500);
        screen.change("worker-0 Draining");
        screen.claim(false, "holds");
        assertThat(text).hasToString("     2.5s  worker-0 Draining\n   FAILED  holds\n");
    }

    @Test
    void textFromTheClusterCannotDriveTheTerminal() {
        screen(true).say("a\u001b[2Jb");
        assertThat(text).hasToString("   a?[2Jb\n");
    }
}
