package dev.varve.controller.decide.rollout;

import dev.varve.contract.AgentPolicy;
import dev.varve.contract.Digest;
import dev.varve.contract.DrainReport;
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

/** Makes nodes for tests, so that a test says only what matters to it. */
public final class NodeMaker {
    public static final Target A = target("a");
    public static final Target B = target("b");
    public static final Target C = target("c");
    public static final Pullspec ORIGIN = image("0");
    public static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

    private final String name;
    private Optional<String> zone = Optional.empty();
    private Instant created = Instant.parse("2026-01-01T00:00:00Z");
    private Optional<String> poolLabel = Optional.of("layered");
    private boolean member = true;
    private boolean ready = true;
    private Instant readyChanged = NOW.minusSeconds(3600);
    private boolean unschedulable;
    private boolean taint;
    private boolean agent = true;
    private Optional<String> desiredConfig = Optional.empty();
    private Optional<Pullspec> desiredImage = Optional.empty();
    private Optional<Pullspec> prefetch = Optional.empty();
    private AgentPolicy policy = AgentPolicy.DEFAULT;
    private Optional<NodeState> state = Optional.empty();
    private String reason = "";
    private Optional<Phase> phase = Optional.empty();
    private Optional<String> currentConfig = Optional.empty();
    private Optional<Pullspec> currentImage = Optional.empty();
    private Optional<Pullspec> staged = Optional.empty();
    private Optional<Pullspec> origin = Optional.of(ORIGIN);
    private Optional<Failure> failure = Optional.empty();
    private Optional<DrainReport> drain = Optional.empty();
    private final List<Digest> rejected = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final List<String> wishProblems = new ArrayList<>();

    private NodeMaker(String name) {
        this.name = name;
    }

    public static NodeMaker node(String name) {
        return new NodeMaker(name);
    }

    public static Target target(String letter) {
        return new Target("rendered-layered-" + letter, image(letter), List.of());
    }

    public static Pullspec image(String letter) {
        return Pullspec.parse("quay.io/org/os@sha256:" + letter.repeat(64));
    }

    /** Completed this target, and nothing else is wished. */
    public NodeMaker at(Target target) {
        state = Optional.of(NodeState.Done);
        phase = Optional.of(Phase.Idle);
        currentConfig = Optional.of(target.config());
        currentImage = Optional.of(target.image());
        desiredConfig = currentConfig;
        desiredImage = currentImage;
        return this;
    }

    /** Stages this target on top of what it is at. */
    public NodeMaker staging(Target target) {
        state = Optional.of(NodeState.Working);
        phase = Optional.of(Phase.Staging);
        prefetch = Optional.of(target.image());
        taint = true;
        return this;
    }

    public NodeMaker staged(Target target) {
        staging(target);
        phase = Optional.of(Phase.Staged);
        staged = prefetch;
        return this;
    }

    /** Has a slot for this target and is in this phase. */
    public NodeMaker granted(Target target, Phase now) {
        staged(target);
        prefetch = Optional.empty();
        desiredConfig = Optional.of(target.config());
        desiredImage = Optional.of(target.image());
        phase = Optional.of(now);
        unschedulable = now != Phase.Staged && now != Phase.Cordoning;
        return this;
    }

    public NodeMaker degraded(Target target, boolean permanent) {
        state = Optional.of(NodeState.Degraded);
        phase = Optional.of(Phase.Failed);
        reason = "it broke";
        failure = Optional.of(
                new Failure(target.image().toString(), Phase.Staging, "it broke", 1, Optional.empty(), permanent));
        return this;
    }

    public NodeMaker rejecting(Target target) {
        rejected.add(target.image().requireDigest());
        return this;
    }

    public NodeMaker reporting(String problem) {
        problems.add(problem);
        return this;
    }

    public NodeMaker toldNonsense(String problem) {
        wishProblems.add(problem);
        return this;
    }

    /** Its agent gave the slot back, because pods would not go. */
    public NodeMaker skipped(Target target) {
        granted(target, Phase.Staged);
        state = Optional.of(NodeState.Degraded);
        phase = Optional.of(Phase.Failed);
        failure = Optional.of(
                new Failure(target.image().toString(), Phase.Draining, "pods stay", 1, Optional.empty(), true));
        return this;
    }

    public NodeMaker because(String why) {
        reason = why;
        return this;
    }

    public NodeMaker zone(String name) {
        zone = Optional.of(name);
        return this;
    }

    public NodeMaker created(String instant) {
        created = Instant.parse(instant);
        return this;
    }

    public NodeMaker notReadySince(Instant since) {
        ready = false;
        readyChanged = since;
        return this;
    }

    public NodeMaker cordoned() {
        unschedulable = true;
        return this;
    }

    public NodeMaker tainted() {
        taint = true;
        return this;
    }

    public NodeMaker unlabelled() {
        poolLabel = Optional.empty();
        return this;
    }

    public NodeMaker leaver() {
        member = false;
        return this;
    }

    public NodeMaker withoutOrigin() {
        origin = Optional.empty();
        return this;
    }

    public NodeMaker withoutAgent() {
        agent = false;
        return this;
    }

    public NodeMaker policy(AgentPolicy value) {
        policy = value;
        return this;
    }

    public NodeMaker phase(Phase value) {
        phase = Optional.of(value);
        return this;
    }

    public NodeMaker drain(DrainReport report) {
        drain = Optional.of(report);
        return this;
    }

    public NodeView make() {
        var wishes = new NodeWishes(desiredConfig, desiredImage, prefetch, List.of(), policy, wishProblems);
        var facts = new NodeFacts(
                state, reason, phase, currentConfig, currentImage, staged, origin, failure, drain, rejected, false, "",
                Optional.empty(), problems);
        return new NodeView(
                name, zone, created, poolLabel, member, ready, Optional.of(readyChanged), unschedulable, taint, agent,
                wishes, facts);
    }
}
