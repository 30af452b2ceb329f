package dev.varve.agent.rpmostree;

import static dev.varve.agent.rpmostree.FakeBus.bytes;
import static dev.varve.agent.rpmostree.FakeBus.error;
import static dev.varve.agent.rpmostree.FakeBus.half;
import static dev.varve.agent.rpmostree.FakeBus.hangUp;
import static dev.varve.agent.rpmostree.FakeBus.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.varve.agent.FakeNodeApi;
import dev.varve.agent.Images;
import dev.varve.agent.credentials.HostCredentials;
import dev.varve.agent.loop.AgentLoop;
import dev.varve.agent.state.AttemptFile;
import dev.varve.agent.state.JacksonJson;
import dev.varve.contract.Keys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.freedesktop.dbus.types.UInt32;
import org.freedesktop.dbus.types.Variant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A bus that answers nonsense: the node says so, stays as it is, and goes on when the answers make sense again. */
class NonsenseBusTest {
    private static final String SYSROOT = "GetAll " + Daemon.NAME + ".Sysroot";

    @TempDir
    Path directory;

    private FakeBus bus;
    private RpmOstree host;
    private AgentLoop loop;
    private final FakeNodeApi api = new FakeNodeApi();

    @BeforeEach
    void begin() throws IOException {
        Path socket = directory.resolve("bus");
        bus = new FakeBus(socket);
        sense();
        Path bootId = Files.writeString(directory.resolve("boot_id"), "boot-1");
        Path commandLine = Files.writeString(directory.resolve("cmdline"), "quiet");
        host = new RpmOstree(new RpmOstreeConfig(
                "unix:path=" + socket, directory, bootId, commandLine, Duration.ofSeconds(1), Duration.ofSeconds(5)));
        var json = new JacksonJson();
        loop = new AgentLoop(new AgentLoop.Parts(api.door(), host, HostCredentials.NONE, new AttemptFile(directory.resolve("state"), json),
                json, Clock.systemUTC(), new Random(1), "varve", "agent-1", _ -> {}));
    }

    @AfterEach
    void end() throws IOException {
        loop.close();
        host.close();
        bus.close();
    }

    static Stream<Arguments> nonsense() {
        return Stream.of(
                Arguments.of("no values", SYSROOT, values("")),
                Arguments.of("another signature", SYSROOT, values("s", "hello")),
                Arguments.of("a list for a dictionary", SYSROOT, values("as", List.of("a"))),
                Arguments.of("deployments of another type", SYSROOT, sysroot("Deployments", new Variant<>("none"))),
                Arguments.of("deployments that are no dictionaries", SYSROOT, sysroot("Deployments", new Variant<>(List.of("a", "b"), "as"))),
                Arguments.of("no deployments", SYSROOT, sysroot("Deployments", new Variant<>(List.of(), "aa{sv}"))),
                Arguments.of("no booted deployment", SYSROOT, sysroot("Deployments", new Variant<>(List.of(Map.of("booted", new Variant<>(false))), "aa{sv}"))),
                Arguments.of("deployments that are numbers", SYSROOT, sysroot("Deployments", new Variant<>(7))),
                Arguments.of("a reference of another type", SYSROOT, sysroot("Deployments", new Variant<>(
                        List.of(Map.of("container-image-reference", new Variant<>(List.of("x"), "as"))), "aa{sv}"))),
                Arguments.of("a transaction path of another type", SYSROOT, sysroot("ActiveTransactionPath", new Variant<>(List.of("x"), "as"))),
                Arguments.of("an active transaction of another type", SYSROOT, transaction(new Variant<>("nonsense"))),
                Arguments.of("an error without a text", SYSROOT, error("org.freedesktop.DBus.Error.Failed")),
                Arguments.of("an error with a text", SYSROOT, error("org.example.Whatever", "no\nidea")),
                Arguments.of("hung up", SYSROOT, hangUp()),
                Arguments.of("half an answer", SYSROOT, half("s", "a text that is broken off in the middle")),
                Arguments.of("no D-Bus at all", SYSROOT, bytes("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII))),
                Arguments.of("a header of zeros", SYSROOT, bytes(new byte[64])),
                Arguments.of("silence", SYSROOT, (FakeBus.Reply) (call, channel) -> { }),
                Arguments.of("no name on the bus", "Hello", values("")),
                Arguments.of("an owner that is a text", "NameHasOwner", values("")),
                Arguments.of("a unit without a path", "LoadUnit", values("")),
                Arguments.of("a state that is missing", "Get", values("")),
                Arguments.of("inhibitors of another type", "ListInhibitors", values("s", "none")),
                Arguments.of("inhibitors too short", "ListInhibitors", values("aas", List.of(List.of("shutdown")))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("nonsense")
    void isNamedAndNothingIsDone(String what, String method, FakeBus.Reply reply) {
        bus.answer(method, reply);
        api.annotate(Keys.DESIRED_CONFIG, "rendered", Keys.DESIRED_IMAGE, Images.B.toString());
        loop.start();
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(api.annotation(Keys.REASON)).as(what).hasValueSatisfying(
                reason -> assertThat(reason).startsWith("the host cannot be asked: ").endsWith("; it is asked again")));
        assertThat(api.unschedulable()).isFalse();
        assertThat(bus.calls).noneMatch(call -> call.startsWith("Finalize") || call.startsWith("Roll") || call.startsWith("Rebase"));

        sense();
        await().atMost(Duration.ofSeconds(20)).until(() -> bus.calls.stream().anyMatch(call -> call.startsWith("Rebase")));
    }

    /** What a host of one booted deployment says. */
    private void sense() {
        bus.answer("Hello", values("s", ":1.7"));
        bus.answer("AddMatch", values(""));
        bus.answer("Subscribe", values(""));
        bus.answer("NameHasOwner", values("b", true));
        bus.answer("LoadUnit", values("o", "/org/freedesktop/systemd1/unit/any"));
        bus.answer("Get", values("v", new Variant<>("active")));
        bus.answer("ListInhibitors", values("a(ssssuu)", List.of()));
        bus.answer("RegisterClient", values(""));
        bus.answer("UnregisterClient", values(""));
        bus.answer(SYSROOT, sysroot("Path", new Variant<>("/")));
    }

    private static FakeBus.Reply transaction(Variant<?> active) {
        return values("a{sv}", Map.of(
                "Deployments", new Variant<>(List.of(Map.of("booted", new Variant<>(true))), "aa{sv}"),
                "ActiveTransactionPath", new Variant<>("unix:path=/run/nobody"),
                "ActiveTransaction", active,
                "Number", new Variant<>(new UInt32(1))));
    }

    /** One that makes sense, but for this property. */
    private static FakeBus.Reply sysroot(String property, Variant<?> value) {
        var all = new java.util.LinkedHashMap<String, Variant<?>>(Map.of(
                "Deployments", new Variant<>(List.of(Map.of("booted", new Variant<>(true))), "aa{sv}"),
                "ActiveTransactionPath", new Variant<>(""),
                "Booted", new Variant<>("/org/projectatomic/rpmostree1/default")));
        all.put(property, value);
        return values("a{sv}", all);
    }
}
