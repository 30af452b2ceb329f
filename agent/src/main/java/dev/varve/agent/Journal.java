package dev.varve.agent;

import dev.varve.agent.loop.Situation;
import dev.varve.contract.MessageId;
import dev.varve.systemd.JournalException;
import dev.varve.systemd.JournalHandler;
import dev.varve.systemd.JournalSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.logging.Handler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** The agent's log in the host's journal: {@code journalctl -t varve-agent}. The fields are named in docs/reference.md. */
final class Journal {
    private static final Logger LOG = LoggerFactory.getLogger("dev.varve.agent");
    private static final String IDENTIFIER = "varve-agent";
    private static final Path SOCKET = Path.of("systemd", "journal", "socket");

    private volatile Map<String, String> situation = Map.of();

    /**
     * Empty where the log cannot go there.
     *
     * @param complaints gets a sentence for each reason why log lines do not reach the journal; must not log
     */
    Optional<Handler> handler(Path hostRun, String node, Consumer<String> complaints) {
        Path socket = hostRun.resolve(SOCKET);
        if (!Files.exists(socket)) {
            complaints.accept("there is no journald at " + socket + ": the log is only here");
            return Optional.empty();
        }
        try {
            Map<String, String> always = Map.of("SYSLOG_IDENTIFIER", IDENTIFIER, "VARVE_NODE", node);
            return Optional.of(new JournalHandler(JournalSocket.open(socket), always, this::fields, complaints));
        } catch (JournalException unusable) {
            complaints.accept("the journal cannot be written: " + unusable.getMessage() + "; the log is only here");
            return Optional.empty();
        }
    }

    void about(Situation situation) {
        var now = new LinkedHashMap<String, String>();
        now.put("VARVE_PHASE", situation.phase().name());
        situation.image().ifPresent(image -> {
            now.put("VARVE_IMAGE", image.toString());
            now.put("VARVE_DIGEST", image.requireDigest().toString());
            now.put("VARVE_ATTEMPT", Integer.toString(situation.tries()));
        });
        this.situation = Map.copyOf(now);
    }

    /** The last word. */
    void ends() {
        try (var _ = MDC.putCloseable(MessageId.FIELD, MessageId.ENDS.id())) {
            LOG.info("The agent ends, as it was told; what it was doing is on disk");
        }
    }

    /** Of the situation, and of the message alone. */
    private Map<String, String> fields() {
        String id = MDC.get(MessageId.FIELD);
        if (id == null) {
            return situation;
        }
        var all = new LinkedHashMap<>(situation);
        all.put(MessageId.FIELD, id);
        return all;
    }
}
