package dev.varve.agent.decide;

import dev.varve.contract.Keys;
import dev.varve.contract.NodeFacts;
import dev.varve.contract.Phase;
import dev.varve.contract.Pullspec;
import java.time.Instant;
import java.util.Optional;

/**
 * What the facts teach an attempt before anything is decided: a lost file is made good from the Node, and a new boot says
 * how the last finalization ended (rows 5a and 5b).
 */
final class Learning {
    /** Stages that a shutdown may lose before the node gives up on the image. */
    static final int MAX_LOST_STAGES = 3;

    private final Request request;
    private final Host host;
    private final Instant now;

    Learning(Request request, Host host, Instant now) {
        this.request = request;
        this.host = host;
        this.now = now;
    }

    Attempt learn(Attempt before) {
        Attempt attempt = before.bootId().isEmpty() ? adopt(before) : before;
        if (!attempt.bootId().equals(host.bootId())) {
            attempt = newBoot(attempt);
        }
        boolean between = attempt.cordon() == Cordon.Ours && attempt.drainSince().isPresent();
        if (!request.node().unschedulable() && !between) {
            attempt = attempt.edit().cordon(Cordon.None).done();
        }
        return origin(attempt);
    }

    private Attempt adopt(Attempt attempt) {
        NodeFacts facts = request.facts();
        AttemptEdit edit = attempt.edit().origin(attempt.origin().or(facts::originImage));
        if (attempt.rejected().isEmpty()) {
            edit.rejected(facts.rejected());
        }
        if (facts.heldCordon() && request.node().unschedulable()) {
            edit.cordon(Cordon.Held);
        }
        return edit.done();
    }

    private Attempt newBoot(Attempt attempt) {
        AttemptEdit edit = attempt.edit()
                .bootId(host.bootId())
                .drainSince(Optional.empty())
                .health(Optional.empty());
        Optional<Finalization> asked =
                attempt.finalization().filter(f -> !f.bootId().equals(host.bootId()));
        if (asked.isPresent()) {
            outcome(attempt, asked.get(), edit);
        }
        return edit.done();
    }

    private void outcome(Attempt attempt, Finalization asked, AttemptEdit edit) {
        Pullspec target = asked.target();
        if (asked.cameTrue(host)) {
            if (attempt.rollBack().isPresent()) {
                edit.rollBack(Optional.empty()).lostStages(attempt.lostStages() + 1);
            }
            return;
        }
        edit.finalization(Optional.empty()).rollBack(Optional.empty());
        boolean present = host.deployments().stream().anyMatch(d -> !d.staged() && d.isOf(target));
        if (attempt.rollBack().isPresent()) {
            edit.trouble(givenUp(target, attempt.rollBack().get().cause()));
        } else if (present && !asked.presentBefore()) {
            // Row 5a: finalised, so it was booted, and something or somebody brought the old one back.
            edit.reject(target.requireDigest())
                    .trouble(givenUp(target, "it was booted and the host came back without it (boot guard, greenboot,"
                            + " boot loader or a person); see journalctl -b -1"));
        } else {
            lost(attempt, target, edit);
        }
    }

    /** Row 5b: power cut, or a finalization that failed at shutdown. */
    private void lost(Attempt attempt, Pullspec target, AttemptEdit edit) {
        int lost = attempt.lostStages() + 1;
        boolean last = lost >= MAX_LOST_STAGES;
        String what = "the stage of " + target.abbreviated() + " was lost at shutdown (" + lost + " of " + MAX_LOST_STAGES
                + "); see journalctl -b -1 -u ostree-finalize-staged; ";
        edit.lostStages(lost)
                .trouble(new Trouble(
                        Phase.Rebooting,
                        last ? FailureClass.Permanent : FailureClass.Transient,
                        what + (last ? "it is not tried again until the pool has another image" : "it is staged again"),
                        lost,
                        last ? Optional.empty() : Optional.of(now),
                        false));
    }

    static Trouble givenUp(Pullspec target, String cause) {
        String sentence = target.abbreviated() + " did not survive its boot on this node: " + cause
                + "; the node is back on its previous image and does not try this one again";
        return new Trouble(Phase.Rebooting, FailureClass.Permanent, sentence, 1, Optional.empty(), false);
    }

    /** Written once, from the booted image, before anything else is done; forgotten with a node that has left. */
    private Attempt origin(Attempt attempt) {
        boolean reported = request.node().annotations().containsKey(Keys.ORIGIN_IMAGE);
        Optional<Pullspec> booted = host.booted().flatMap(Deployment::digested);
        if (request.wanted().isEmpty()) {
            boolean left = !reported && attempt.origin().isPresent() && attempt.origin().equals(booted);
            return left ? attempt.edit().origin(Optional.empty()).done() : attempt;
        }
        if (attempt.origin().isPresent()) {
            return attempt;
        }
        return attempt.edit().origin(request.facts().originImage().or(() -> booted)).done();
    }
}
