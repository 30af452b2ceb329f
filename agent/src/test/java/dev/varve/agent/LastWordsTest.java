package dev.varve.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LastWordsTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final LastWords words = new LastWords(new PrintStream(err, true, StandardCharsets.UTF_8), ended::countDown);

    @ParameterizedTest
    @ValueSource(strings = {"varve-loop", "some library"})
    void afterAnErrorTheProcessEnds(String thread) throws Exception {
        thread(thread, () -> {
            throw new StackOverflowError("deep");
        });
        assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(said()).startsWith("<2>thread " + thread + " ended in java.lang.StackOverflowError: deep; the agent ends with it")
                .contains("\tat dev.varve.agent.LastWordsTest");
    }

    @Test
    void withoutItsLoopAnAgentEnds() throws Exception {
        thread("varve-loop", () -> {
            throw new IllegalStateException("odd");
        });
        assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whatALibrarysThreadEndsInIsTold() throws Exception {
        thread("some library", () -> {
            throw new IllegalStateException("odd");
        });
        assertThat(said()).startsWith("<4>thread some library ended in java.lang.IllegalStateException: odd\n");
        assertThat(ended.getCount()).isOne();
    }

    private void thread(String name, Runnable task) throws InterruptedException {
        Thread thread = Thread.ofPlatform().name(name).unstarted(task);
        thread.setUncaughtExceptionHandler(words);
        thread.start();
        thread.join();
    }

    private String said() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
