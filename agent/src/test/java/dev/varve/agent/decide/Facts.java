package dev.varve.agent.decide;

import dev.varve.agent.Images;
import dev.varve.agent.state.JacksonJson;
import dev.varve.contract.Json;
import dev.varve.contract.Keys;
import dev.varve.contract.Pullspec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Facts as sentences: a node that serves on image A, of which nothing is wanted, until a test says otherwise. */
final class Facts {
    static final Json JSON = new JacksonJson();
    static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    static final Pullspec A = Images.A;
    static final Pullspec B = Images.B;
    static final Pullspec C = Images.C;

    private final Map<String, String> annotations = new LinkedHashMap<>();
    private final List<Deployment> deployments = new ArrayList<>(List.of(deployment(A, true, false, false)));
    private final List<String> inhibitors = new ArrayList<>();
    private List<String> commandLine = List.of("quiet", "ro");
    private List<String> stageCommandLine = List.of("quiet", "ro");
    private Optional<HostTransaction> transaction = Optional.empty();
    private String bootId = "boot-1";
    private String kubeletBootId = "boot-1";
    private boolean bootComplete = true;
    private boolean finalizer = true;
    private boolean unschedulable;
    private boolean ready = true;
    private boolean drained;
    private Attempt attempt = Attempt.NONE.edit().bootId("boot-1").origin(Optional.of(A)).done();
    private Instant now = NOW;

    static Deployment deployment(Pullspec image, boolean booted, boolean staged, boolean locked) {
        return new Deployment(Optional.of(image), image.digest(), booted, staged, locked);
    }

    Facts prefetch(Pullspec image) {
        return annotate(Keys.PREFETCH, image.toString());
    }

    Facts granted(Pullspec image) {
        return annotate(Keys.DESIRED_IMAGE, image.toString()).annotate(Keys.DESIRED_CONFIG, "rendered-1");
    }

    Facts annotate(String key, String value) {
        annotations.put(key, value);
        return this;
    }

    Facts staged(Pullspec image, boolean locked) {
        return stage(deployment(image, false, true, locked));
    }

    Facts stage(Deployment staged) {
        deployments.addFirst(staged);
        return this;
    }

    /** In boot order; the first is booted unless another is said to be. */
    Facts booted(Pullspec image, Pullspec... others) {
        deployments.clear();
        deployments.add(deployment(image, true, false, false));
        for (Pullspec other : others) {
            deployments.add(deployment(other, false, false, false));
        }
        return this;
    }

    Facts bootedAfter(Pullspec first, Pullspec booted) {
        deployments.clear();
        deployments.add(deployment(first, false, false, false));
        deployments.add(deployment(booted, true, false, false));
        return this;
    }

    /** Another deployment, the last in boot order. */
    Facts then(Pullspec image) {
        deployments.add(deployment(image, false, false, false));
        return this;
    }

    /** Of this boot. */
    Facts commandLine(String... arguments) {
        commandLine = List.of(arguments);
        return this;
    }

    Facts stageCommandLine(String... arguments) {
        stageCommandLine = List.of(arguments);
        return this;
    }

    Facts boot(String id) {
        bootId = id;
        kubeletBootId = id;
        return this;
    }

    Facts kubeletBoot(String id) {
        kubeletBootId = id;
        return this;
    }

    Facts transaction(boolean ours) {
        transaction = Optional.of(new HostTransaction("rebase of something", ours));
        return this;
    }

    Facts bootComplete(boolean value) {
        bootComplete = value;
        return this;
    }

    Facts finalizer(boolean value) {
        finalizer = value;
        return this;
    }

    Facts inhibitedBy(String who) {
        inhibitors.add(who);
        return this;
    }

    Facts cordonedByUs() {
        unschedulable = true;
        attempt = attempt.edit().cordon(Cordon.Ours).done();
        return annotate(Keys.HELD_CORDON, Request.OWN_CORDON);
    }

    Facts cordonedByAPerson() {
        unschedulable = true;
        return this;
    }

    Facts ready(boolean value) {
        ready = value;
        return this;
    }

    Facts drained() {
        drained = true;
        return this;
    }

    Facts remembering(java.util.function.UnaryOperator<AttemptEdit> change) {
        attempt = change.apply(attempt.edit()).done();
        return this;
    }

    Facts attempt(Attempt value) {
        attempt = value;
        return this;
    }

    Facts at(Instant instant) {
        now = instant;
        return this;
    }

    /** The finalization of B that boot-1 asked for. */
    static Finalization asked(boolean accepted) {
        return new Finalization(B, List.of(), "boot-1", NOW, accepted, false);
    }

    Request request() {
        return Request.of(
                new NodeView("7", annotations, unschedulable, ready, Optional.of(kubeletBootId)), drained, JSON);
    }

    Host host() {
        return new Host(deployments, transaction, bootId, commandLine, stageCommandLine, bootComplete, finalizer, inhibitors);
    }

    Decision decide() {
        return new NodePolicy().decide(request(), host(), attempt, now);
    }

    Step step() {
        return decide().step();
    }

    Map<String, Optional<String>> report() {
        return Report.of(decide(), request(), host(), Activity.NONE, JSON);
    }
}
