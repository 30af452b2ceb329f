package dev.varve.controller.loop;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WorkQueueTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final WorkQueue queue = new WorkQueue(nanos::get);

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void holdsAKeyOnce() {
        queue.add("a");
        queue.add("a");

        assertThat(queue.poll()).contains("a");
        queue.done("a");
        assertThat(queue.poll()).isEmpty();
    }

    @Test
    void handsOutNoKeyThatIsWorkedOn() {
        queue.add("a");
        queue.poll();
        queue.add("a");
        queue.add("b");

        assertThat(queue.poll()).contains("b");
        assertThat(queue.poll()).isEmpty();
        queue.done("a");
        assertThat(queue.poll()).contains("a");
    }

    @Test
    void waitsForTheDelay() {
        queue.add("a", Duration.ofSeconds(5));

        pass(Duration.ofSeconds(4));
        assertThat(queue.poll()).isEmpty();
        pass(Duration.ofSeconds(1));
        assertThat(queue.poll()).contains("a");
    }

    @Test
    void theEarlierOfTwoDelaysCounts() {
        queue.add("a", Duration.ofMinutes(5));
        queue.add("a", Duration.ofSeconds(1));
        queue.add("a", Duration.ofMinutes(5));

        pass(Duration.ofSeconds(1));
        assertThat(queue.poll()).contains("a");
    }

    @Test
    void handsOutWhatHasWaitedLongest() {
        queue.add("late", Duration.ofSeconds(2));
        queue.add("early", Duration.ofSeconds(1));

        pass(Duration.ofSeconds(3));
        assertThat(queue.poll()).contains("early");
        assertThat(queue.poll()).contains("late");
    }

    @Test
    void waitsLongerAfterEachFailureUpToALimit() {
        assertThat(WorkQueue.backoff(1)).isEqualTo(Duration.ofMillis(200));
        assertThat(WorkQueue.backoff(2)).isEqualTo(Duration.ofMillis(400));
        assertThat(WorkQueue.backoff(9)).isEqualTo(Duration.ofMillis(51_200));
        assertThat(WorkQueue.backoff(10)).isEqualTo(Duration.ofMinutes(1));
        assertThat(WorkQueue.backoff(10_000)).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void countsFailuresByKeyUntilASuccess() {
        queue.retry("a");
        queue.retry("a");
        queue.retry("b");

        pass(Duration.ofMillis(200));
        assertThat(queue.poll()).contains("a");
        assertThat(queue.poll()).contains("b");
        queue.done("a");
        queue.retry("a");
        pass(Duration.ofMillis(400));
        assertThat(queue.poll()).isEmpty();
        pass(Duration.ofMillis(400));
        assertThat(queue.poll()).contains("a");
        queue.succeeded("a");
        queue.done("a");
        queue.retry("a");
        pass(Duration.ofMillis(200));
        assertThat(queue.poll()).contains("a");
    }

    @Test
    void aChangeDuringABackoffTurnsTheKeyAtOnce() {
        queue.retry("a");
        queue.add("a");

        assertThat(queue.poll()).contains("a");
    }

    @Test
    void wakesWhoWaits() throws Exception {
        var real = new WorkQueue();
        CompletableFuture<Optional<String>> taken = taking(real);
        real.add("a");

        assertThat(taken.get(10, SECONDS)).contains("a");
    }

    @Test
    void wakesWhoWaitsWhenADelayIsOver() throws Exception {
        var real = new WorkQueue();
        real.add("a", Duration.ofMillis(20));

        assertThat(taking(real).get(10, SECONDS)).contains("a");
    }

    @Test
    void closingLetsGoOfWhoWaits() throws Exception {
        var real = new WorkQueue();
        CompletableFuture<Optional<String>> taken = taking(real);
        real.close();

        assertThat(taken.get(10, SECONDS)).isEmpty();
    }

    private static CompletableFuture<Optional<String>> taking(WorkQueue queue) {
        var taken = new CompletableFuture<Optional<String>>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                taken.complete(queue.take());
            } catch (InterruptedException stopped) {
                taken.completeExceptionally(stopped);
            }
        });
        return taken;
    }
}
