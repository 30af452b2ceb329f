package dev.varve.testbed;

import dev.varve.contract.Pullspec;
import dev.varve.sandbox.fleet.RegistryImages;
import dev.varve.sandbox.fleet.SimulatedFleet;
import dev.varve.sandbox.host.MachineTimes;
import dev.varve.sandbox.registry.Credentials;
import dev.varve.testbed.parts.Registry;
import dev.varve.testbed.state.Home;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** The fleet's process: {@code FleetMain INDEX BASE-IMAGE NODE...}. Ends when it is told to. */
final class FleetMain {
    /** About what the real nodes take, without their load on the machine. */
    private static final MachineTimes TIMES = new MachineTimes(Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofSeconds(2));

    private static final int FIRST_NODE = 2;

    private FleetMain() {}

    public static void main(String... arguments) throws InterruptedException {
        Home home = Home.of(Integer.parseInt(arguments[0]));
        Pullspec base = Pullspec.parse(arguments[1]);
        List<String> nodes = Arrays.asList(arguments).subList(FIRST_NODE, arguments.length);
        // The hosts' names are known to the testbed's own name server, and this process asks the machine's.
        Map<String, URI> bases = Map.of(
                Registry.BASE_HOST, URI.create("https://" + home.address()),
                Registry.PUSH_HOST, URI.create("https://" + home.address() + ":5000"));
        var images = RegistryImages.overTls(bases, new Credentials(Registry.USER, Registry.PASSWORD), home.pki("ca.crt"));
        var options = new SimulatedFleet.Options(nodes, home.file("fleet"), base, TIMES, false);
        KubernetesClient observer = Clients.administrator(home);
        var fleet = new SimulatedFleet(options, observer, node -> Clients.node(home, node), images);
        var end = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            fleet.close();
            observer.close();
            images.close();
            end.countDown();
        }, "varve-fleet-end"));
        fleet.start();
        end.await();
    }
}
