package dev.varve.agent.loop;

import dev.varve.contract.DrainReport;
import dev.varve.contract.MessageId;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/** A drain in the log: how many pods have to go, and each pod that does not, once for each reason. From any thread. */
final class DrainStory {
    private final Say say;
    private final Set<String> said = new HashSet<>();
    private Instant since = Instant.MIN;

    DrainStory(Say say) {
        this.say = say;
    }

    synchronized void told(DrainReport report) {
        if (!report.since().equals(since)) {
            since = report.since();
            said.clear();
            say.happened(false, MessageId.STEP, "Draining: " + pods(report.left()) + " to go");
        }
        for (DrainReport.Blocker blocker : report.blockers()) {
            // Not by the message: a budget's has numbers in it that come and go.
            String reason = blocker.namespace() + "/" + blocker.pod()
                    + blocker.budget().map(budget -> " is held by disruption budget " + budget).orElse(" does not go");
            if (said.add(reason)) {
                say.happened(false, MessageId.HELD, "Draining: " + reason + ": " + blocker.message());
            }
        }
    }

    private static String pods(int count) {
        return count == 1 ? "1 pod has" : count + " pods have";
    }
}
