package dev.varve.agent.loop;

import dev.varve.agent.cluster.ClusterException;
import dev.varve.agent.cluster.NodeApi;
import dev.varve.agent.decide.Attempt;
import dev.varve.agent.decide.Step;
import dev.varve.contract.MessageId;
import dev.varve.contract.Phase;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Events with the reference's reasons (reference-behaviour.md 1.4), each sent when the thing has happened; the log says the same. */
final class Events {
    private final NodeApi api;
    private final Say say;
    private Optional<Instant> late = Optional.empty();
    private List<String> foreign = List.of();

    Events(NodeApi api, Say say) {
        this.api = api;
        this.say = say;
    }

    void done(Step step) {
        switch (step) {
            case Step.SetCordon cordon -> send(false, MessageId.CORDONED, "Cordon", "Cordoned node to apply update: " + cordon.reason());
            case Step.Drain _ -> send(false, MessageId.DRAINED, "Drain", "Drained node to apply update");
            case Step.Finalize finalize -> send(false, MessageId.REBOOTS, "Reboot", "Node will reboot into " + finalize.digest());
            case Step.RollBack back -> send(true, MessageId.GOES_BACK, "Reboot", "Node will reboot into its previous image: " + back.reason());
            case Step.Uncordon uncordon -> send(false, MessageId.UNCORDONED, "Uncordon", "Uncordoned node: " + uncordon.reason());
            case Step.Confirm confirm -> {
                if (confirm.uncordon()) {
                    send(false, MessageId.UNCORDONED, "Uncordon", "Uncordoned node: " + confirm.image().abbreviated() + " passed its checks");
                }
                send(false, MessageId.DONE, "NodeDone", "Node runs " + confirm.image() + ", setting it to Done");
            }
            default -> { }
        }
    }

    void staged(String image) {
        send(false, MessageId.STAGED, "OSUpdateStaged", "Staged " + image + ", the node serves");
    }

    /** The attempt file was there and could not be read. */
    void memoryLost(String sentence) {
        send(true, MessageId.FORGOT, "AttemptLost", sentence);
    }

    /** The deadline of a drain has passed. Once for each drain of this life. */
    void late(Step.Drain drain) {
        if (drain.until().isEmpty() && !late.equals(Optional.of(drain.since()))) {
            late = Optional.of(drain.since());
            send(true, MessageId.DRAIN_LATE, "FailedToDrain", "The drain has passed its deadline; " + drain.reason() + " all the same");
        }
    }

    /** Somebody else updates this host too. Told from the worker, once for as long as it stays the same. */
    void foreign(List<String> updaters) {
        updaters.stream().filter(sentence -> !foreign.contains(sentence)).forEach(sentence -> send(true, MessageId.FOREIGN_UPDATER, "ForeignUpdater", sentence));
        foreign = updaters;
    }

    void skipped(Attempt before, Attempt after) {
        after.trouble()
                .filter(t -> t.phase() == Phase.Draining && !before.trouble().equals(after.trouble()))
                .ifPresent(t -> send(true, MessageId.DRAIN_LATE, "FailedToDrain", t.sentence()));
    }

    private void send(boolean warning, MessageId id, String reason, String message) {
        say.happened(warning, id, message);
        try {
            api.event(warning, reason, message);
        } catch (ClusterException lost) {
            say.wrong(lost.getMessage() + "; the event is lost, nothing depends on it");
        }
    }
}
