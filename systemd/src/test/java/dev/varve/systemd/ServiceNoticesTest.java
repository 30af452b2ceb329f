package dev.varve.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Over a real datagram socket, as the service manager has one. */
class ServiceNoticesTest {
    private static final String OWN = Long.toString(ProcessHandle.current().pid());

    @TempDir
    Path directory;

    private final List<String> complaints = new ArrayList<>();

    @Test
    void theServiceManagerHearsEachNotice() throws Exception {
        hears(directory.resolve("notify").toString());
    }

    @Test
    void anAbstractNameWorksToo() throws Exception {
        hears("@varve-test-" + UUID.randomUUID());
    }

    private void hears(String name) throws Exception {
        try (var manager = new DatagramsUnderTest(name); var notices = notices(Map.of("NOTIFY_SOCKET", name))) {
            notices.ready();
            notices.status("Draining: a\nREADY=0");
            notices.alive();
            notices.stopping();
            assertThat(texts(manager)).containsExactly("READY=1", "STATUS=Draining: a?READY=0", "WATCHDOG=1", "STOPPING=1");
        }
        assertThat(complaints).isEmpty();
    }

    @Test
    void whereNobodyAskedNothingIsToldAndNothingIsSaid() {
        try (var notices = notices(Map.of("WATCHDOG_USEC", "1000000"))) {
            notices.ready();
            assertThat(notices.watchdog()).isEmpty();
        }
        assertThat(complaints).isEmpty();
    }

    @Test
    void aManagerThatIsAwayIsComplainedAboutOnceAndHeardAgain() throws Exception {
        String name = directory.resolve("notify").toString();
        try (var notices = notices(Map.of("NOTIFY_SOCKET", name))) {
            notices.ready();
            notices.status("one");
            assertThat(complaints).singleElement().asString().contains("READY=1", "No such file");
            try (var manager = new DatagramsUnderTest(name)) {
                notices.status("two");
                assertThat(texts(manager)).containsExactly("STATUS=two");
            }
            notices.status("three");
            assertThat(complaints).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"vsock:2:1234", "relative/path", "@"})
    void aSocketThatWeCannotReachIsNamed(String name) {
        try (var notices = notices(Map.of("NOTIFY_SOCKET", name))) {
            notices.ready();
            notices.stopping();
        }
        assertThat(complaints).singleElement().asString().contains("NOTIFY_SOCKET " + name, "start timeout");
    }

    @Test
    void theWatchdogIsOursWhereItNamesUsOrNobody() {
        assertThat(watchdog("30000000", "")).hasValue(Duration.ofSeconds(30));
        assertThat(watchdog("30000000", OWN)).hasValue(Duration.ofSeconds(30));
        assertThat(watchdog("30000000", "1")).isEmpty();
        assertThat(watchdog("", OWN)).isEmpty();
        assertThat(complaints).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "0", "-1", "99999999999999999999", "9223372036854775807"})
    void aWatchdogTimeThatIsNoneIsComplainedAbout(String microseconds) {
        assertThat(watchdog(microseconds, OWN)).isEmpty();
        assertThat(complaints).singleElement().asString().contains("WATCHDOG_USEC is " + microseconds);
    }

    private Optional<Duration> watchdog(String microseconds, String pid) {
        var environment = new HashMap<String, String>();
        environment.put("NOTIFY_SOCKET", directory.resolve("notify").toString());
        environment.put("WATCHDOG_USEC", microseconds);
        environment.put("WATCHDOG_PID", pid);
        try (var notices = notices(environment)) {
            return notices.watchdog();
        }
    }

    private ServiceNotices notices(Map<String, String> environment) {
        return ServiceNotices.from(environment, complaints::add);
    }

    private static List<String> texts(DatagramsUnderTest manager) {
        return manager.received().stream().map(bytes -> new String(bytes, StandardCharsets.UTF_8)).toList();
    }
}
