package dev.varve.agent.rpmostree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WakeTest {
    private static final List<Object> GONE = List.of(Daemon.NAME, ":1.7", "");
    private final AtomicInteger woken = new AtomicInteger();

    /** To look would start it again, each minute. */
    @Test
    void letsRpmOstreeGoIdle() {
        new Wake(woken::incrementAndGet, false).heard("/org/freedesktop/DBus", Wake.OWNER_CHANGED, GONE);
        assertThat(woken).hasValue(0);
    }

    @Test
    void tellsOfRpmOstreesEndWhereItsTransactionIsWaitedFor() {
        new Wake(woken::incrementAndGet, true).heard("/org/freedesktop/DBus", Wake.OWNER_CHANGED, GONE);
        assertThat(woken).hasValue(1);
    }

    @Test
    void tellsOfChangesAndOfALostBus() {
        Wake wake = new Wake(woken::incrementAndGet, false);
        wake.heard("/org/projectatomic/rpmostree1/Sysroot", "PropertiesChanged", List.of());
        wake.lost();
        wake.heard("/org/freedesktop/systemd1", "JobRemoved", List.of());
        assertThat(woken).hasValue(2);
    }
}
