package dev.varve.testbed;

import dev.varve.testbed.host.TestbedException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Does several things at once and ends when all have ended; the first failure is thrown, once the others have ended too. */
final class Together {
    private Together() {}

    static void run(List<Runnable> tasks) {
        List<Callable<Object>> all = new ArrayList<>();
        tasks.forEach(task -> all.add(Executors.callable(task)));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Object> done : threads.invokeAll(all)) {
                done.get();
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            throw new TestbedException("interrupted", ended);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof RuntimeException cause ? cause : new TestbedException(String.valueOf(failed.getMessage()), failed);
        }
    }
}
