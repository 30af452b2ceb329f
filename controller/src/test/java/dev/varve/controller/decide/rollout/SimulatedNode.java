package dev.varve.controller.decide.rollout;

import dev.varve.contract.AgentPolicy;
import dev.varve.contract.Digest;
import dev.varve.contract.Failure;
import dev.varve.contract.NodeFacts;
import dev.varve.contract.NodeState;
import dev.varve.contract.NodeWishes;
import dev.varve.contract.Phase;
import dev.varve.contract.Pullspec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * A node and its agent as a small automaton: stages while it serves, cordons with a precondition on what it has read,
 * drains, goes down, comes up. Every change of what the API shows is a new version; older ones are kept, since a cache may
 * still show them.
 */
final class SimulatedNode {
    private static final Pullspec NONE = NodeMaker.ORIGIN;

    private final String name;
    private final Random random;
    private final Set<Pullspec> bad;
    private final List<NodeView> versions = new ArrayList<>();
    private int oldestSeen;

    private Optional<String> desiredConfig = Optional.empty();
    private Optional<Pullspec> desiredImage = Optional.empty();
    private Optional<Pullspec> prefetch = Optional.empty();
    private Optional<NodeState> state = Optional.empty();
    private Phase phase = Phase.Idle;
    private Optional<String> currentConfig = Optional.empty();
    private Optional<Pullspec> currentImage = Optional.empty();
    private Optional<Pullspec> staged = Optional.empty();
    private Optional<Failure> failure = Optional.empty();
    private final List<Digest> rejected = new ArrayList<>();
    private boolean ready = true;
    private boolean cordonedByPerson;
    private boolean taint;

    // The host, which the API does not show.
    private Pullspec booted = NONE;
    private Optional<Pullspec> finalized = Optional.empty();
    private boolean cordonedByAgent;
    private int readVersion;
    private NodeWishes read = NodeWishes.NONE;

    SimulatedNode(String name, Random random, Set<Pullspec> bad) {
        this.name = name;
        this.random = random;
        this.bad = bad;
        publish();
    }

    /** A version that a cache may show: never older than our own last write. */
    NodeView seen() {
        return versions.get(oldestSeen + random.nextInt(versions.size() - oldestSeen));
    }

    NodeView now() {
        return versions.getLast();
    }

    /** @return false where the node is not the one that was seen */
    boolean apply(NodeView seen, NodeChange change) {
        if (seen != now()) {
            return false;
        }
        switch (change) {
            case NodeChange.Prefetch p -> prefetch(p.target());
            case NodeChange.Retarget r -> prefetch(r.target());
            case NodeChange.Grant g -> grant(g.target());
            case NodeChange.Withdraw ignored -> withdraw();
            case NodeChange.MarkUpdating mark -> taint = mark.on();
            case NodeChange.Label ignored -> {}
            case NodeChange.SetPolicy ignored -> {}
            case NodeChange.CleanUp ignored -> throw new AssertionError("nobody leaves here");
        }
        publish();
        oldestSeen = versions.size() - 1;
        return true;
    }

    /** Out of service, or going out of it, through us. */
    boolean isTaken() {
        return cordonedByAgent || finalized.isPresent();
    }

    boolean runs(Target target) {
        return booted.equals(target.image()) && now().isSettledAt(target) && !cordonedByAgent;
    }

    boolean triedToBoot(Pullspec image) {
        return rejected.contains(image.requireDigest());
    }

    void outage(boolean down) {
        if (finalized.isEmpty() && ready == down) {
            ready = !down;
            publish();
        }
    }

    void personCordons(boolean on) {
        cordonedByPerson = on;
        publish();
    }

    /** One step of the agent, or of the host where there is no agent to act. */
    void step() {
        if (finalized.isPresent()) {
            boot(finalized.get());
        } else if (!ready) {
            return;
        } else if (random.nextBoolean()) {
            readVersion = versions.size();
            read = now().wishes();
        } else {
            act();
        }
    }

    private void act() {
        Optional<Pullspec> wanted = read.wanted();
        if (wanted.isEmpty() || wanted.get().equals(booted)) {
            if (wanted.isPresent() && (state.filter(NodeState.Done::equals).isEmpty() || cordonedByAgent)) {
                confirm();
            } else if (cordonedByAgent) {
                cordonedByAgent = false;
                say(Phase.Idle);
            }
        } else if (rejected.contains(wanted.get().requireDigest())) {
            cordonedByAgent = false;
            fail(wanted.get());
        } else if (staged.isEmpty() || !staged.get().equals(wanted.get())) {
            stage(wanted.get());
        } else if (read.granted() && !cordonedByAgent) {
            cordon();
        } else if (read.granted()) {
            drain();
        }
    }

    private void stage(Pullspec image) {
        cordonedByAgent = false;
        staged = Optional.empty();
        if (phase != Phase.Staging) {
            say(Phase.Staging);
        } else if (random.nextInt(3) == 0) {
            staged = Optional.of(image);
            say(Phase.Staged);
        }
    }

    private void cordon() {
        if (readVersion == versions.size()) {
            cordonedByAgent = true;
            say(Phase.Cordoning);
            readVersion = versions.size();
        }
    }

    private void drain() {
        if (phase == Phase.Cordoning) {
            say(Phase.Draining);
        } else if (random.nextInt(3) == 0) {
            finalized = staged;
            say(Phase.Rebooting);
        }
    }

    private void boot(Pullspec image) {
        if (ready) {
            ready = false;
        } else if (random.nextInt(3) == 0) {
            ready = true;
            finalized = Optional.empty();
            staged = Optional.empty();
            if (bad.contains(image)) {
                rejected.add(image.requireDigest());
                cordonedByAgent = false;
                fail(image);
                return;
            }
            booted = image;
            phase = Phase.Verifying;
        }
        publish();
    }

    private void confirm() {
        cordonedByAgent = false;
        state = Optional.of(NodeState.Done);
        currentImage = Optional.of(booted);
        currentConfig = read.granted() ? read.desiredConfig() : currentConfig;
        failure = Optional.empty();
        say(Phase.Idle);
    }

    private void fail(Pullspec image) {
        state = Optional.of(NodeState.Degraded);
        failure = Optional.of(new Failure(image.toString(), Phase.Failed, "bad", 1, Optional.empty(), true));
        say(Phase.Failed);
    }

    private void say(Phase now) {
        phase = now;
        publish();
    }

    private void prefetch(Target target) {
        if (!desiredImage.equals(currentImage) || !desiredConfig.equals(currentConfig)) {
            desiredImage = Optional.empty();
            desiredConfig = Optional.empty();
        }
        prefetch = Optional.of(target.image());
        state = Optional.of(NodeState.Working);
    }

    private void grant(Target target) {
        if (now().grantIs(target) && now().wants(target.image())) {
            throw new AssertionError(name + " gets the same slot twice: " + now());
        }
        boolean there = currentImage.filter(target.image()::equals).isPresent();
        if (!there && ready && staged.filter(target.image()::equals).isEmpty()) {
            throw new AssertionError(name + " is granted what it has not staged: " + now());
        }
        prefetch = Optional.empty();
        desiredImage = Optional.of(target.image());
        desiredConfig = Optional.of(target.config());
        state = Optional.of(NodeState.Working);
    }

    private void withdraw() {
        prefetch = Optional.empty();
        desiredImage = currentImage;
        desiredConfig = currentConfig;
    }

    private void publish() {
        var wishes = new NodeWishes(desiredConfig, desiredImage, prefetch, List.of(), AgentPolicy.DEFAULT, List.of());
        var facts = new NodeFacts(
                state, "", Optional.of(phase), currentConfig, currentImage, staged, Optional.of(NONE), failure,
                Optional.empty(), rejected, cordonedByPerson, "", Optional.empty(), List.of());
        versions.add(new NodeView(
                name, Optional.empty(), Instant.EPOCH, Optional.of("layered"), true, ready, Optional.of(NodeMaker.NOW),
                cordonedByAgent || cordonedByPerson, taint, true, wishes, facts));
    }
}
