package dev.varve.agent.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SteadyClockTest {
    private final SetClock host = new SetClock();
    private final AtomicLong nanoseconds = new AtomicLong(-7);
    private final SteadyClock clock = new SteadyClock(host, nanoseconds::get);

    @Test
    void goesOnWhileTheHostsClockIsSetAndFollowsWhereItIsTold() {
        Instant begin = clock.instant();
        host.set(Duration.ofDays(1));
        nanoseconds.addAndGet(Duration.ofSeconds(2).toNanos());
        assertThat(clock.instant()).isEqualTo(begin.plusSeconds(2));
        assertThat(clock.follow()).isBetween(Duration.ofHours(23), Duration.ofHours(25));
        assertThat(clock.instant()).isAfter(begin.plus(Duration.ofHours(23)));
        assertThat(clock.follow()).isZero();
        host.set(Duration.ofDays(-1));
        assertThat(clock.follow()).isNegative();
    }

    @Test
    void slewingIsNotSetting() {
        Instant begin = clock.instant();
        host.set(Duration.ofSeconds(3));
        assertThat(clock.follow()).isZero();
        assertThat(clock.instant()).isEqualTo(begin);
    }
}
