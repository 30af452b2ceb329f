package dev.varve.agent.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.agent.Images;
import dev.varve.contract.AgentPolicy;
import dev.varve.contract.Digest;
import dev.varve.contract.Json;
import dev.varve.contract.Keys;
import dev.varve.contract.Phase;
import dev.varve.contract.Pullspec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** One node, its host and its agent, as plain fields; the agent's loop as one method that can be killed at every line. */
final class Walk {
    private static final Json JSON = Facts.JSON;

    private final Random random;
    private final List<Entry> diary = new ArrayList<>();

    private record Entry(Instant at, Object what) {}

    private final TreeSet<String> met = new TreeSet<>();
    private final NodePolicy policy = new NodePolicy();
    private Instant now = Instant.parse("2026-11-23T10:00:00Z");

    // The Node.
    private final Map<String, String> annotations = new LinkedHashMap<>();
    private boolean unschedulable;
    private boolean personsCordon;
    private int pods = 3;
    private int kubeletBoot = 1;

    // The host.
    private final List<Deployment> deployments = new ArrayList<>();
    private int boot = 1;
    private boolean shuttingDown;
    private boolean toGoBack;
    /** Does not survive its boot. */
    private Optional<Pullspec> bad = Optional.empty();
    /** Boots, and the node never gets Ready. */
    private Optional<Pullspec> sick = Optional.empty();

    // The agent.
    private Attempt disk = Attempt.NONE;
    private boolean drained;
    private final Set<Digest> notSurvived = new HashSet<>();
    private final Map<Digest, Integer> tries = new HashMap<>();
    private char nextImage = 'b';
    private boolean calm;

    Walk(int seed) {
        random = new Random(seed);
        deployments.add(Facts.deployment(Images.A, true, false, false));
        annotations.put(Keys.POLICY, "{\"health\":{\"timeout\":\"60s\",\"soak\":\"20s\"}}");
        wish(image(), random.nextBoolean());
    }

    List<String> diary() {
        return diary.stream()
                .map(e -> e.at + " " + (e.what instanceof Step step ? step.phase() + ": " + step.reason() : e.what))
                .toList();
    }

    TreeSet<String> met() {
        return met;
    }

    /** Anything may happen, for a while. */
    void disturbed() {
        int length = 20 + random.nextInt(60);
        for (int i = 0; i < length; i++) {
            if (random.nextInt(5) == 0) {
                disturb();
            }
            turn(true);
        }
    }

    /** Nothing happens any more: a good image is granted, and the node must get there. */
    void calm() {
        bad = Optional.empty();
        sick = Optional.empty();
        calm = true;
        wish(Images.image('0'), true);
        for (int i = 0; i < 80 && !done(); i++) {
            turn(false);
        }
        assertThat(done()).as("the node is Done").isTrue();
        assertThat(unschedulable).as("only a person's cordon is left").isEqualTo(personsCordon);
        assertThat(annotations).containsEntry(Keys.CURRENT_IMAGE, annotations.get(Keys.DESIRED_IMAGE));
    }

    private boolean done() {
        return "Done".equals(annotations.get(Keys.STATE))
                && annotations.get(Keys.DESIRED_IMAGE).equals(annotations.get(Keys.CURRENT_IMAGE))
                && booted().image().map(Pullspec::toString).equals(Optional.of(annotations.get(Keys.DESIRED_IMAGE)));
    }

    private void disturb() {
        switch (random.nextInt(9)) {
            case 0 -> powerCut();
            case 1 -> {
                // An uncordon and a cordon that both happen while no agent looks cannot be told from our own cordon.
                boolean unseen = !unschedulable && Request.OWN_CORDON.equals(annotations.get(Keys.HELD_CORDON));
                if (!unseen) {
                    meet("person cordons");
                    personsCordon = personsCordon || !unschedulable;
                    unschedulable = true;
                }
            }
            case 2 -> {
                meet("person uncordons");
                unschedulable = false;
                personsCordon = false;
                pods += 2;
            }
            case 3 -> {
                meet("retarget");
                wish(image(), random.nextBoolean());
            }
            case 4 -> {
                meet("withdrawn");
                annotations.remove(Keys.PREFETCH);
                if (random.nextInt(3) == 0) {
                    annotations.remove(Keys.DESIRED_IMAGE);
                }
            }
            case 5 -> {
                Optional<String> prefetch = Optional.ofNullable(annotations.get(Keys.PREFETCH));
                prefetch.ifPresent(image -> annotations.put(Keys.DESIRED_IMAGE, image));
                note("granted");
            }
            case 6 -> {
                bad = Optional.ofNullable(annotations.get(Keys.DESIRED_IMAGE)).map(Pullspec::parse);
                sick = random.nextBoolean() ? bad : Optional.empty();
                bad = sick.isPresent() ? Optional.empty() : bad;
            }
            case 7 -> {
                if (random.nextInt(4) == 0) {
                    meet("file lost");
                    disk = Attempt.NONE;
                    tries.clear();
                    drained = false;
                }
            }
            default -> sick = Optional.empty();
        }
    }

    private Pullspec image() {
        nextImage = nextImage == 'f' ? 'a' : (char) (nextImage + 1);
        return Images.image(nextImage);
    }

    private void wish(Pullspec image, boolean granted) {
        note("wish " + image.abbreviated() + (granted ? " granted" : " prefetch"));
        annotations.put(Keys.STATE, "Working");
        annotations.put(granted ? Keys.DESIRED_IMAGE : Keys.PREFETCH, image.toString());
        if (granted) {
            annotations.remove(Keys.PREFETCH);
        }
    }

    private void turn(boolean dangerous) {
        now = now.plusSeconds(5 + random.nextInt(30));
        if (shuttingDown && random.nextInt(3) == 0 || toGoBack && random.nextInt(3) == 0) {
            shutdown();
        }
        if ((calm || random.nextInt(2) == 0) && (sick.isEmpty() || !booted().image().equals(sick))) {
            kubeletBoot = boot;
        }
        drained = drained && unschedulable;
        Request request = Request.of(
                new NodeView("1", annotations, unschedulable, kubeletBoot == boot, Optional.of("boot-" + kubeletBoot)), drained, JSON);
        Host host = new Host(deployments, Optional.empty(), "boot-" + boot, List.of(), List.of(), true, true, List.of());
        Decision decision = policy.decide(request, host, disk, now);
        diary.add(new Entry(now, decision.step()));
        if (dangerous && random.nextInt(25) == 0) {
            return; // Killed before the attempt is saved.
        }
        remember(decision.attempt());
        if (dangerous && random.nextInt(25) == 0) {
            meet("killed before act");
            drained = false;
            return;
        }
        boolean recorded = !(dangerous && random.nextInt(25) == 0);
        Map<String, Optional<String>> report = Report.of(decision, request, host, Activity.NONE, JSON);
        act(decision.step(), report, recorded);
        if (!recorded) {
            meet("killed after act");
            drained = false;
        }
    }

    private void remember(Attempt next) {
        for (Digest digest : next.rejected()) {
            assertThat(disk.rejected().contains(digest) || notSurvived.contains(digest) || runs(digest) || disk.bootId().isEmpty())
                    .as("only what was booted is rejected").isTrue();
        }
        disk = next;
    }

    private boolean runs(Digest digest) {
        return booted().digest().equals(Optional.of(digest));
    }

    private void act(Step step, Map<String, Optional<String>> report, boolean recorded) {
        apply(report);
        Attempt after = switch (step) {
            case Step.Stage stage -> stage(stage);
            case Step.DropStage _ -> {
                deployments.removeIf(Deployment::staged);
                yield disk.dropped();
            }
            case Step.SetCordon _ -> {
                assertThat(unschedulable).as("cordons only a node that serves").isFalse();
                assertThat(disk.cordon()).as("the cordon is on disk first").isEqualTo(Cordon.Ours);
                unschedulable = true;
                annotations.put(Keys.HELD_CORDON, Request.OWN_CORDON);
                drained = false;
                yield disk;
            }
            case Step.Drain _ -> {
                assertThat(unschedulable).as("drains only behind a cordon").isTrue();
                pods = Math.max(0, pods - 1 - random.nextInt(3));
                drained = pods == 0;
                yield disk;
            }
            case Step.Finalize _ -> finalizeNow();
            case Step.Uncordon _ -> {
                assertThat(personsCordon).as("a person's cordon is never removed").isFalse();
                unschedulable = false;
                annotations.remove(Keys.HELD_CORDON);
                yield disk;
            }
            case Step.RollBack _ -> {
                meet("rolled back");
                toGoBack = true;
                Deployment other = deployments.stream().filter(d -> !d.booted() && !d.staged()).findFirst().orElseThrow();
                deployments.remove(other);
                deployments.addFirst(other);
                yield disk;
            }
            case Step.Confirm confirm -> {
                assertThat(booted().image()).as("Done only for what runs").contains(confirm.image());
                if (confirm.uncordon()) {
                    assertThat(personsCordon).as("a person's cordon is never removed").isFalse();
                    unschedulable = false;
                    annotations.remove(Keys.HELD_CORDON);
                }
                assertThat(unschedulable && !personsCordon).as("Done only with our cordon gone").isFalse();
                yield disk;
            }
            case Step.Wait _, Step.Verify _, Step.Refuse _, Step.Idle _, Step.FollowTransaction _, Step.CancelTransaction _ -> disk;
        };
        if (recorded) {
            disk = after;
        }
    }

    private Attempt stage(Step.Stage stage) {
        assertThat(unschedulable && !personsCordon).as("nothing is pulled while we hold the node out of service").isFalse();
        assertThat(disk.rejects(stage.image())).as("a rejected image is never staged").isFalse();
        if (random.nextInt(6) == 0) {
            if (random.nextInt(3) == 0) {
                deployments.addFirst(Facts.deployment(stage.image(), false, true, true));
            }
            return disk.failed(Phase.Staging, FailureClass.Transient, "no", true, new AgentPolicy.Retry(
                    Duration.ofSeconds(10), 2, Duration.ofMinutes(5), 12), now, random.nextDouble());
        }
        deployments.addFirst(Facts.deployment(stage.image(), false, true, true));
        return disk.staged();
    }

    private Attempt finalizeNow() {
        meet("finalized");
        Deployment stage = deployments.getFirst();
        assertThat(unschedulable).as("reboots only behind a cordon").isTrue();
        assertThat(pods).as("reboots only a drained node").isZero();
        assertThat(stage.staged()).as("reboots only with a stage").isTrue();
        assertThat(stage.image().map(Pullspec::toString)).as("reboots only into what is granted")
                .contains(annotations.get(Keys.DESIRED_IMAGE));
        assertThat(disk.finalization()).as("the intent is on disk").isPresent();
        if (random.nextInt(8) == 0) {
            return disk.failed(Phase.Finalizing, FailureClass.Transient, "Reboot blocked", false,
                    AgentPolicy.Retry.DEFAULT, now, random.nextDouble());
        }
        deployments.set(0, new Deployment(stage.image(), stage.digest(), false, true, false));
        shuttingDown = true;
        return disk.accepted(now);
    }

    private void shutdown() {
        Optional<Deployment> stage = deployments.stream().filter(d -> d.staged() && !d.locked()).findFirst();
        if (stage.isPresent() && !calm && random.nextInt(8) == 0) {
            meet("stage lost");
            stage = Optional.empty();
        }
        Deployment old = booted();
        if (toGoBack) {
            Deployment first = deployments.stream().filter(d -> !d.staged()).findFirst().orElseThrow();
            restart(List.of(running(first, true), running(old, false)));
        } else if (stage.isPresent() && stage.get().image().equals(bad)) {
            meet("boot guard went back");
            notSurvived.add(stage.get().digest().orElseThrow());
            assertThat(tries.merge(stage.get().digest().orElseThrow(), 1, Integer::sum))
                    .as("boots of a bad image")
                    .isLessThanOrEqualTo(1 + Learning.MAX_LOST_STAGES);
            restart(List.of(running(old, true), running(stage.get(), false)));
        } else if (stage.isPresent()) {
            restart(List.of(running(stage.get(), true), running(old, false)));
        } else {
            restart(deployments.stream().filter(d -> !d.staged()).map(d -> running(d, d.booted())).toList());
        }
    }

    private void powerCut() {
        meet("power cut");
        restart(deployments.stream().filter(d -> !d.staged()).map(d -> running(d, d.booted())).toList());
    }

    private void restart(List<Deployment> next) {
        note("boots " + next.stream().filter(Deployment::booted).findFirst().orElseThrow().image().orElseThrow().abbreviated());
        deployments.clear();
        deployments.addAll(next);
        boot++;
        shuttingDown = false;
        toGoBack = false;
        drained = false;
        // What was on the node comes up again where it may.
        pods = unschedulable ? pods : Math.max(pods, 2);
    }

    private static Deployment running(Deployment d, boolean booted) {
        return new Deployment(d.image(), d.digest(), booted, false, false);
    }

    private Deployment booted() {
        return deployments.stream().filter(Deployment::booted).findFirst().orElseThrow();
    }

    private void apply(Map<String, Optional<String>> report) {
        report.forEach((key, value) ->
                value.ifPresentOrElse(v -> annotations.put(key, v), () -> annotations.remove(key)));
    }

    private void meet(String what) {
        met.add(what);
        note("*** " + what);
    }

    private void note(String what) {
        diary.add(new Entry(now, what));
    }
}
