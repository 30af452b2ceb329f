package dev.varve.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class LastingLogTest {
    /** Has a last word long after the JDK's own hook has begun. */
    static final class LastWord {
        public static void main(String[] arguments) {
            Logger root = Logger.getLogger("");
            root.warning("the first word");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                long end = System.nanoTime() + Duration.ofSeconds(1).toNanos();
                while (root.getHandlers().length > 0 && System.nanoTime() < end) {
                    Thread.onSpinWait();
                }
                root.warning("the last word");
            }));
            if (arguments.length > 0) {
                LogManager.getLogManager().reset();
            }
        }
    }

    @Test
    void theLastWordIsHeard() throws Exception {
        String manager = "-Djava.util.logging.manager=" + LastingLog.class.getName();
        assertThat(OwnJvm.output(OwnJvm.command(manager, LastWord.class.getName()))).contains("the last word");
        // Here is what would be lost otherwise, and that it is reset where it is wanted.
        assertThat(OwnJvm.output(OwnJvm.command(LastWord.class.getName()))).doesNotContain("the last word");
        assertThat(OwnJvm.output(OwnJvm.command(manager, LastWord.class.getName(), "reset"))).doesNotContain("the last word");
    }
}
