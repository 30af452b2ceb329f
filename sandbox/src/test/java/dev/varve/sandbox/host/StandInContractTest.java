package dev.varve.sandbox.host;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The contract, of the testbed's rpm-ostree stand-in without a node: {@code testbed/rpm-ostree/alone}. {@code varve.alone} is the
 * directory that it may fill, where its logs are afterwards; it finds its tree where testbed/tree/build has put it.
 */
@EnabledIfSystemProperty(named = "varve.alone", matches = ".+")
class StandInContractTest extends RpmOstreeContract {
    private static Path directory;
    private static Process standIn;

    @BeforeAll
    static void start() throws Exception {
        directory = Path.of(System.getProperty("varve.alone"));
        standIn = new ProcessBuilder("../testbed/rpm-ostree/alone", directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String line = standIn.inputReader().readLine();
        while (line != null && !line.equals("ready")) {
            line = standIn.inputReader().readLine();
        }
        if (line == null) {
            throw new IOException("the stand-in does not come up: see " + directory.resolve("alone/log"));
        }
    }

    /** It ends with its input. */
    @AfterAll
    static void end() throws Exception {
        standIn.getOutputStream().close();
        if (!standIn.waitFor(60, TimeUnit.SECONDS) || standIn.exitValue() != 0) {
            throw new IOException("the stand-in did not end well: see " + directory.resolve("alone/log"));
        }
    }

    @Override
    HostUnderTest ready() throws Exception {
        Path run = directory.resolve("run");
        return BusHost.ready(run.resolve("dbus/system_bus_socket"), run, directory.resolve("host.properties"));
    }
}
