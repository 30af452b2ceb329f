package dev.varve.systemd;

import com.sun.jna.LastErrorException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a service tells the service manager that started it (sd_notify(3)), over the socket that {@code NOTIFY_SOCKET} names:
 * a path or an abstract name. Where nobody wants to be told, or it cannot be done, every call does nothing. From any thread.
 */
public final class ServiceNotices implements AutoCloseable {
    private final Consumer<String> complaints;
    private final @Nullable UnixDatagrams socket;
    private final Optional<Duration> watchdog;
    private boolean lost;

    private ServiceNotices(Consumer<String> complaints, @Nullable UnixDatagrams socket, Optional<Duration> watchdog) {
        this.complaints = complaints;
        this.socket = socket;
        this.watchdog = watchdog;
    }

    /**
     * @param environment {@code NOTIFY_SOCKET}, and for the watchdog {@code WATCHDOG_USEC} and {@code WATCHDOG_PID}
     * @param complaints gets a sentence where somebody waits for notices and cannot have them
     */
    public static ServiceNotices from(Map<String, String> environment, Consumer<String> complaints) {
        String name = environment.getOrDefault("NOTIFY_SOCKET", "");
        if (name.isEmpty()) {
            return new ServiceNotices(complaints, null, Optional.empty());
        }
        try {
            UnixDatagrams socket = UnixDatagrams.to(name);
            return new ServiceNotices(complaints, socket, watchdog(environment, complaints));
        } catch (IllegalArgumentException | LinkageError | LastErrorException unusable) {
            complaints.accept("the service manager cannot be told anything by NOTIFY_SOCKET " + name + ": " + unusable.getMessage()
                    + "; a unit of Type=notify will be ended by its start timeout");
            return new ServiceNotices(complaints, null, Optional.empty());
        }
    }

    /** Within which {@link #alive} must come again and again, or the service is ended; empty where nobody waits for it. */
    public Optional<Duration> watchdog() {
        return watchdog;
    }

    public void ready() {
        send("READY=1");
    }

    /** @param sentence what the service does now, for {@code systemctl status} */
    public void status(String sentence) {
        send("STATUS=" + sentence.replaceAll("\\p{Cntrl}", "?"));
    }

    public void alive() {
        send("WATCHDOG=1");
    }

    public void stopping() {
        send("STOPPING=1");
    }

    @Override
    public synchronized void close() {
        if (socket != null) {
            socket.close();
        }
    }

    private synchronized void send(String notice) {
        if (socket == null) {
            return;
        }
        try {
            socket.send(notice.getBytes(StandardCharsets.UTF_8));
            lost = false;
        } catch (LastErrorException refused) {
            if (!lost) {
                complaints.accept("the service manager does not take " + notice + ": " + refused.getMessage());
            }
            lost = true;
        }
    }

    private static Optional<Duration> watchdog(Map<String, String> environment, Consumer<String> complaints) {
        String microseconds = environment.getOrDefault("WATCHDOG_USEC", "");
        String pid = environment.getOrDefault("WATCHDOG_PID", "");
        // Inherited by a child that it is not meant for.
        if (microseconds.isEmpty() || !pid.isEmpty() && !pid.equals(Long.toString(ProcessHandle.current().pid()))) {
            return Optional.empty();
        }
        try {
            long wanted = Long.parseLong(microseconds);
            if (wanted > 0) {
                return Optional.of(Duration.ofNanos(Math.multiplyExact(wanted, 1_000L)));
            }
        } catch (ArithmeticException | NumberFormatException _) {
            // Complained about with the others.
        }
        complaints.accept("WATCHDOG_USEC is " + microseconds + ", which is no number of microseconds: the watchdog is not fed");
        return Optional.empty();
    }
}
