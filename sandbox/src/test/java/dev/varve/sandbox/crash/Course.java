package dev.varve.sandbox.crash;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One update of one node, through however many lives of its agent: counts the lines and brings the ends about. */
final class Course {
    private final Plan plan;
    private final ScheduledExecutorService ends;
    private final Consumer<Death> execute;
    private final Map<String, Integer> times = new HashMap<>();
    private final List<Line> lines = new ArrayList<>();
    private final List<Death> deaths = new ArrayList<>();
    private final List<String> troubles = new ArrayList<>();
    private boolean over;

    /** @param execute ends the agent or the machine; called on {@code ends} */
    Course(Plan plan, ScheduledExecutorService ends, Consumer<Death> execute) {
        this.plan = plan;
        this.ends = ends;
        this.execute = execute;
    }

    /** @return which time the effect is to happen */
    synchronized int before(String effect, Life life) {
        int time = times.merge(effect, 1, Integer::sum);
        reached(new Line(effect, time, false), life);
        return time;
    }

    synchronized void reached(Line line, Life life) {
        life.check(line);
        Optional<Death> death = over ? Optional.empty() : plan.at(line, lines.size());
        lines.add(line);
        if (death.isPresent()) {
            deaths.add(death.get());
            if (death.get().delay().isZero()) {
                life.end();
            }
            ends.schedule(
                    () -> {
                        life.end();
                        execute(death.get());
                    },
                    death.get().delay().toMillis(),
                    TimeUnit.MILLISECONDS);
            life.check(line);
        }
    }

    private void execute(Death death) {
        try {
            execute.accept(death);
        } catch (RuntimeException failed) {
            synchronized (this) {
                troubles.add(death + " did not come about: " + failed);
            }
        }
    }

    /** No more ends. */
    synchronized void end() {
        over = true;
    }

    synchronized List<Line> lines() {
        return List.copyOf(lines);
    }

    synchronized List<Death> deaths() {
        return List.copyOf(deaths);
    }

    /** What went wrong with ends themselves. */
    synchronized List<String> troubles() {
        return List.copyOf(troubles);
    }

    int cuts() {
        return (int) deaths().stream().filter(Death::powerCut).count();
    }
}
