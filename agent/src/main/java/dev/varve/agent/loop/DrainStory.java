package dev.varve.agent.loop;

import dev.varve.contract.DrainReport;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A drain in the log: how many pods have to go, and each pod that does not, once for each reason. From any thread. */
final class DrainStory {
    private final Logger log = LoggerFactory.getLogger("dev.varve.agent");
    private final Set<String> said = new HashSet<>();
    private Instant since = Instant.MIN;

    synchronized void told(DrainReport report) {
        if (!report.since().equals(since)) {
            since = report.since();
            said.clear();
            log.info("Draining: {} to go", pods(report.left()));
        }
        for (DrainReport.Blocker blocker : report.blockers()) {
            // Not by the message: a budget's has numbers in it that come and go.
            String reason = blocker.namespace() + "/" + blocker.pod()
                    + blocker.budget().map(budget -> " is held by disruption budget " + budget).orElse(" does not go");
            if (said.add(reason)) {
                log.info("Draining: {}: {}", reason, blocker.message());
            }
        }
    }

    private static String pods(int count) {
        return count == 1 ? "1 pod has" : count + " pods have";
    }
}
