package dev.varve.agent;

import dev.varve.agent.decide.Deployment;
import dev.varve.agent.decide.Host;
import dev.varve.agent.decide.KernelArguments;
import dev.varve.agent.decide.HostTransaction;
import dev.varve.agent.host.HostException;
import dev.varve.agent.host.HostOs;
import dev.varve.contract.Digest;
import dev.varve.contract.Pullspec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * A host in memory. It outlives the agents that talk to it: {@link #door()} is what one agent gets, and closing that leaves
 * the host as it is. A pull can be held open; a stage is in memory until {@link #reboot}, a locked one is lost there.
 */
public final class FakeHostOs {
    private final List<Runnable> wakes = new CopyOnWriteArrayList<>();
    public final List<String> calls = new CopyOnWriteArrayList<>();
    private List<String> foreign = List.of();
    private List<Deployment> deployments = new ArrayList<>();
    private Optional<HostTransaction> transaction = Optional.empty();
    private int boots = 1;
    private boolean bootComplete = true;
    private Optional<CountDownLatch> heldPull = Optional.empty();
    private Optional<HostException> stageFails = Optional.empty();
    private Optional<HostException> finalizeFails = Optional.empty();
    private Optional<CountDownLatch> heldLook = Optional.empty();
    private Optional<HostException> away = Optional.empty();

    public FakeHostOs(Pullspec booted) {
        deployments.add(deployment(booted, true, false, false));
    }

    public HostOs door() {
        return new Door();
    }

    public synchronized Optional<Pullspec> booted() {
        return deployments.stream().filter(Deployment::booted).findFirst().flatMap(Deployment::image);
    }

    public synchronized Optional<Deployment> staged() {
        return deployments.stream().filter(Deployment::staged).findFirst();
    }

    public synchronized String bootId() {
        return "boot-" + boots;
    }

    /** Stages last until the latch is opened. */
    public synchronized CountDownLatch holdPulls() {
        CountDownLatch latch = new CountDownLatch(1);
        heldPull = Optional.of(latch);
        return latch;
    }

    public synchronized void failStages(HostException failure) {
        stageFails = Optional.of(failure);
    }

    public synchronized void letStagesSucceed() {
        stageFails = Optional.empty();
    }

    public synchronized void failFinalize(Optional<HostException> failure) {
        finalizeFails = failure;
    }

    /** The next look at the host does not come to its end by itself; counted down once it is under way. */
    public synchronized CountDownLatch holdNextLook() {
        CountDownLatch latch = new CountDownLatch(1);
        heldLook = Optional.of(latch);
        return latch;
    }

    private void look() {
        Optional<CountDownLatch> held;
        synchronized (this) {
            held = heldLook;
            heldLook = Optional.empty();
        }
        if (held.isPresent()) {
            held.get().countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
                throw new HostException("list inhibitors", "interrupted", ended);
            }
        }
    }

    public void goAway(Optional<HostException> failure) {
        synchronized (this) {
            away = failure;
        }
        changed();
    }

    public void transaction(Optional<HostTransaction> running) {
        synchronized (this) {
            transaction = running;
            notifyAll();
        }
        changed();
    }

    /** The pull that an agent left behind comes to its end. */
    public void finishPull(Pullspec image) {
        setStaged(Optional.of(deployment(image, false, true, true)));
        transaction(Optional.empty());
    }

    /** A shutdown that finalises what is staged and unlocked, or the loss of power, and the next boot. */
    public synchronized void reboot(boolean power) {
        Optional<Deployment> stage = staged().filter(d -> power && !d.locked());
        boots++;
        Deployment old = deployments.stream().filter(Deployment::booted).findFirst().orElseThrow();
        var next = new ArrayList<Deployment>();
        stage.ifPresent(d -> next.add(as(d, true)));
        next.add(as(old, stage.isEmpty()));
        deployments = next;
    }

    /** The next boot brings the other deployment up, as a boot guard does it. */
    public synchronized void bootOther() {
        boots++;
        deployments = new ArrayList<>(deployments.reversed().stream().map(d -> as(d, !d.booted())).toList());
    }

    public synchronized void foreignUpdater(String sentence) {
        foreign = List.of(sentence);
    }

    public static Deployment deployment(Pullspec image, boolean booted, boolean staged, boolean locked) {
        return new Deployment(Optional.of(image), image.digest(), booted, staged, locked);
    }

    private static Deployment as(Deployment d, boolean booted) {
        return new Deployment(d.image(), d.digest(), booted, false, false);
    }

    private void changed() {
        wakes.forEach(Runnable::run);
    }

    private synchronized void setStaged(Optional<Deployment> stage) {
        deployments.removeIf(Deployment::staged);
        stage.ifPresent(d -> deployments.addFirst(d));
    }

    private final class Door implements HostOs {
        private volatile boolean closed;

        @Override
        public Host observe() {
            look();
            synchronized (FakeHostOs.this) {
                away.ifPresent(failure -> {
                    throw failure;
                });
                return new Host(deployments, transaction, bootId(), List.of("quiet"), staged().isPresent() ? List.of("quiet") : List.of(), bootComplete, true, List.of());
            }
        }

        @Override
        public void stage(Pullspec image, KernelArguments kernelArguments, Consumer<String> progress) {
            Optional<CountDownLatch> held;
            synchronized (FakeHostOs.this) {
                held = heldPull;
            }
            calls.add("stage " + image.abbreviated());
            transaction(Optional.of(new HostTransaction("varve stage", true)));
            progress.accept("layer 1 of 2");
            try {
                while (held.isPresent() && !held.get().await(5, java.util.concurrent.TimeUnit.MILLISECONDS)) {
                    if (closed) {
                        return; // The transaction goes on without us.
                    }
                }
                synchronized (FakeHostOs.this) {
                    stageFails.ifPresent(failure -> {
                        throw failure;
                    });
                    setStaged(Optional.of(deployment(image, false, true, true)));
                }
            } catch (InterruptedException cancelled) {
                calls.add("cancelled " + image.abbreviated());
                throw new HostException("stage", "", "Operation was cancelled");
            } finally {
                if (!closed) {
                    transaction(Optional.empty());
                }
            }
        }

        @Override
        public void follow(Consumer<String> progress) {
            calls.add("follow");
            synchronized (FakeHostOs.this) {
                try {
                    while (transaction.isPresent() && !closed) {
                        FakeHostOs.this.wait(50);
                    }
                } catch (InterruptedException cancelled) {
                    calls.add("cancelled");
                    transaction = Optional.empty();
                    throw new HostException("follow", "", "Operation was cancelled");
                }
            }
        }

        @Override
        public void dropStaged() {
            calls.add("drop");
            synchronized (FakeHostOs.this) {
                while (!deployments.getFirst().booted()) {
                    deployments.removeFirst();
                }
            }
        }

        @Override
        public void freePartialLayers() {
            calls.add("free");
        }

        @Override
        public List<String> foreignUpdaters() {
            synchronized (FakeHostOs.this) {
                return foreign;
            }
        }

        @Override
        public void finalizeDeployment(Digest digest) {
            calls.add("finalize " + digest.abbreviated());
            synchronized (FakeHostOs.this) {
                finalizeFails.ifPresent(failure -> {
                    throw failure;
                });
                Deployment stage = staged().orElseThrow();
                setStaged(Optional.of(new Deployment(stage.image(), stage.digest(), false, true, false)));
            }
        }

        @Override
        public void rollBack() {
            calls.add("roll back");
            synchronized (FakeHostOs.this) {
                deployments = new ArrayList<>(deployments.reversed());
            }
        }

        @Override
        public void onChange(Runnable wake) {
            wakes.add(wake);
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
