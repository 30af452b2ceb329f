package dev.varve.controller.decide.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.contract.IntOrPercent;
import dev.varve.contract.Pullspec;
import dev.varve.contract.RolloutSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Random fleets, with caches that lag, nodes that fail, people who cordon and targets that change under way. */
class RolloutSimulationTest {
    private static final int FLEETS = 500;
    private static final int RESTLESS = 400;
    private static final int CALM = 8_000;

    @Test
    void neverTakesMoreThanItMayAndAlwaysGetsThere() {
        for (int seed = 0; seed < FLEETS; seed++) {
            try {
                new Fleet(seed).run();
            } catch (AssertionError wrong) {
                throw new AssertionError("fleet of seed " + seed, wrong);
            }
        }
    }

    private static final class Fleet {
        private final Random random;
        private final Set<Pullspec> bad = new HashSet<>();
        private final List<SimulatedNode> nodes = new ArrayList<>();
        private final IntOrPercent maxUnavailable;
        private final RolloutSpec spec;
        private final RolloutPolicy policy = new RolloutPolicy();
        private Target target = NodeMaker.A;
        private boolean paused;

        Fleet(int seed) {
            random = new Random(seed);
            int size = 1 + random.nextInt(9);
            for (int i = 0; i < size; i++) {
                nodes.add(new SimulatedNode("n" + i, random, bad));
            }
            maxUnavailable = random.nextBoolean()
                    ? IntOrPercent.count(1 + random.nextInt(3))
                    : IntOrPercent.share(random.nextInt(101));
            var parallel = IntOrPercent.count(1 + random.nextInt(4));
            spec = new RolloutSpec(
                    parallel, 1 + random.nextInt(2), RolloutSpec.DEFAULT.retainImages(), RolloutSpec.DEFAULT.build(), RolloutSpec.DEFAULT.agent());
        }

        void run() {
            for (int i = 0; i < RESTLESS; i++) {
                disturb();
                step();
            }
            calm();
            for (int i = 0; i < CALM && (i % 16 != 0 || !nodes.stream().allMatch(node -> node.runs(target))); i++) {
                step();
            }
            assertThat(nodes).allSatisfy(node -> assertThat(node.runs(target)).as(node.now().toString()).isTrue());
            assertThat(decide(nodes.stream().map(SimulatedNode::now).toList()).changes())
                    .allMatch(NodeChange.MarkUpdating.class::isInstance);
        }

        private void step() {
            if (random.nextInt(4) == 0) {
                turn();
            } else {
                nodes.get(random.nextInt(nodes.size())).step();
            }
            check();
        }

        /** Without the comfort of an assertion library: this runs some million times. */
        private void check() {
            int allowed = maxUnavailable.of(nodes.size());
            int taken = 0;
            for (SimulatedNode node : nodes) {
                taken += node.isTaken() ? 1 : 0;
            }
            if (taken > allowed) {
                throw new AssertionError(taken + " nodes are taken where " + allowed + " may be");
            }
            for (Pullspec image : bad) {
                long tried = nodes.stream().filter(node -> node.triedToBoot(image)).count();
                if (tried >= spec.haltAfter() + allowed) {
                    throw new AssertionError(tried + " nodes have tried to boot the bad " + image);
                }
            }
        }

        private void turn() {
            Map<String, NodeView> seen = new LinkedHashMap<>();
            nodes.forEach(node -> seen.put(node.now().name(), node.seen()));
            Map<String, List<NodeChange>> changes = decide(List.copyOf(seen.values())).changes().stream()
                    .collect(Collectors.groupingBy(NodeChange::node, LinkedHashMap::new, Collectors.toList()));
            for (SimulatedNode node : nodes) {
                NodeView view = seen.get(node.now().name());
                for (NodeChange change : changes.getOrDefault(view.name(), List.of())) {
                    if (!node.apply(view, change)) {
                        break;
                    }
                    view = node.now();
                }
            }
        }

        private Decision decide(List<NodeView> views) {
            var pool = new Pool("layered", paused, maxUnavailable);
            return policy.decide(new Snapshot(pool, new Goal.Move(target), spec, views), NodeMaker.NOW);
        }

        private void disturb() {
            SimulatedNode node = nodes.get(random.nextInt(nodes.size()));
            switch (random.nextInt(40)) {
                case 0 -> {
                    target = NodeMaker.target(String.valueOf("abcde".charAt(random.nextInt(5))));
                    if (random.nextInt(3) == 0 && !target.equals(NodeMaker.A)) {
                        bad.add(target.image());
                    }
                }
                case 1 -> node.outage(true);
                case 2, 3 -> node.outage(false);
                case 4 -> node.personCordons(true);
                case 5 -> node.personCordons(false);
                case 6 -> paused = random.nextInt(4) == 0;
                default -> {}
            }
        }

        private void calm() {
            nodes.forEach(node -> node.outage(false));
            paused = false;
            target = NodeMaker.target("f");
        }
    }
}
