package dev.varve.agent.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.agent.decide.Step;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

class WorkerTest {
    private static final Step DRAIN = new Step.Drain(Instant.EPOCH, false, Optional.empty());

    @Test
    void aStepThatEndsInAnErrorHasNotSucceeded() {
        var woken = new Semaphore(0);
        Worker worker = new Worker(woken::release);
        worker.start(DRAIN, () -> {
            throw new OutOfMemoryError("Java heap space");
        });
        await().until(woken::tryAcquire);
        List<Worker.Finished> finished = worker.take();
        assertThat(finished).singleElement().satisfies(end -> {
            assertThat(end.step()).isEqualTo(DRAIN);
            assertThat(end.interrupted()).isFalse();
            assertThat(end.failure()).hasValueSatisfying(failure ->
                    assertThat(failure).hasMessage("Draining ended in java.lang.OutOfMemoryError: Java heap space"));
        });
    }
}
