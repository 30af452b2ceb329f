package dev.varve.agent;

import dev.varve.agent.credentials.HostCredentials;
import dev.varve.agent.credentials.MountedCredentials;
import dev.varve.agent.kube.Clients;
import dev.varve.agent.loop.Situation;
import dev.varve.agent.rpmostree.RpmOstree;
import dev.varve.agent.rpmostree.RpmOstreeConfig;
import dev.varve.agent.state.JacksonJson;
import dev.varve.systemd.PriorityFormatter;
import dev.varve.systemd.ServiceNotices;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.PrintStream;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/**
 * The node daemon's process. Exit code 2 where the environment does not say enough, with one sentence on standard error; 1 where
 * it cannot go on, see {@link LastWords}.
 */
public final class Main {
    private static final int UNUSABLE = 2;
    private static final int BROKEN = 1;

    /** Kept: a logger that nobody holds loses its level. */
    private static final Logger CLIENT = Logger.getLogger("io.fabric8");

    private Main() {}

    public static void main(String[] args) {
        int code = run(args, System.getenv(), System.err);
        if (code != 0) {
            System.exit(code);
        }
    }

    /** Returns at once where the environment is unusable, else when the process is told to end. */
    static int run(String[] args, Map<String, String> environment, PrintStream err) {
        try {
            if (args.length > 0) {
                throw new Settings.Unusable("varve-agent takes no arguments, it is told everything by its environment");
            }
            Settings settings = Settings.from(environment);
            var journal = new Journal();
            // By the stream itself: a logged complaint about the journal would go to the journal.
            Consumer<String> complaints = complaint -> err.println("<4>" + complaint);
            log(settings, journal, complaints);
            Thread.setDefaultUncaughtExceptionHandler(new LastWords(err, () -> Runtime.getRuntime().exit(BROKEN)));
            serve(settings, journal, new Supervision(ServiceNotices.from(environment, complaints)));
            return 0;
        } catch (Settings.Unusable unusable) {
            err.println("varve-agent: " + unusable.getMessage());
            return UNUSABLE;
        }
    }

    private static void serve(Settings settings, Journal journal, Supervision supervision) throws Settings.Unusable {
        Clients.Connected connected = connect(settings);
        KubernetesClient client = connected.client();
        var host = new RpmOstree(new RpmOstreeConfig(settings.bus(), settings.hostRun(), settings.bootId(), settings.commandLine()));
        HostCredentials credentials = settings.pullSecrets().isEmpty()
                ? HostCredentials.NONE
                : new MountedCredentials(settings.pullSecrets(), settings.hostRun(), settings.hostAuth(), new JacksonJson());
        Reach reach = Reach.of(settings.agent(), client, host, Clock.systemUTC());
        Consumer<Situation> situation = journal::about;
        var agent = new Agent(settings.agent(), reach, credentials, Clock.systemUTC(), situation.andThen(supervision::about));
        var end = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            supervision.close();
            agent.close();
            client.close();
            journal.ends();
            end.countDown();
        }, "varve-end"));
        agent.start();
        supervision.begins(agent::stuck);
        // Held until the process ends.
        Optional<CertificateRotation> rotation = connected.certificate()
                .map(file -> new CertificateRotation(file, () -> Runtime.getRuntime().exit(0)));
        try {
            end.await();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        } finally {
            rotation.ifPresent(CertificateRotation::close);
        }
    }

    private static Clients.Connected connect(Settings settings) throws Settings.Unusable {
        try {
            return Clients.connect(settings.kubeconfig());
        } catch (KubernetesClientException | IllegalArgumentException unusable) {
            throw new Settings.Unusable("the API client cannot be made from "
                    + settings.kubeconfig().map(file -> "KUBECONFIG " + file).orElse("the pod's service account")
                    + ": " + unusable.getMessage());
        }
    }

    private static void log(Settings settings, Journal journal, Consumer<String> complaints) {
        LogManager.getLogManager().reset();
        Handler handler = new ConsoleHandler();
        handler.setFormatter(new PriorityFormatter());
        handler.setLevel(Level.ALL);
        Logger root = Logger.getLogger("");
        root.addHandler(handler);
        journal.handler(settings.hostRun(), settings.agent().nodeName(), complaints).ifPresent(root::addHandler);
        root.setLevel(Level.INFO);
        // The client warns about each broken watch, and so do we, once.
        CLIENT.setLevel(Level.SEVERE);
    }
}
