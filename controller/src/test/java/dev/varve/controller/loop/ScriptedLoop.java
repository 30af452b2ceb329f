package dev.varve.controller.loop;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A loop that does what a test says, and remembers what it was told. */
final class ScriptedLoop implements PoolLoop {
    interface Script {
        Result turn(String pool) throws InterruptedException;
    }

    final List<String> pools = new CopyOnWriteArrayList<>();
    final List<List<Finding>> told = new CopyOnWriteArrayList<>();
    private final String name;
    private final Script script;

    ScriptedLoop(String name, Script script) {
        this.name = name;
        this.script = script;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Result turn(String pool, Instant now, List<Finding> earlier) {
        pools.add(pool);
        told.add(earlier);
        try {
            return script.turn(pool);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return Result.NOTHING;
        }
    }
}
