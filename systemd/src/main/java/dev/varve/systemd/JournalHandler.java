package dev.varve.systemd;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;

/**
 * Writes log records to the journal. A record that journald does not take is lost there; the first of them is complained
 * about, and the journal is told how many there were as soon as it takes entries again.
 */
public final class JournalHandler extends Handler {
    private final JournalSocket socket;
    private final Map<String, String> always;
    private final Supplier<Map<String, String>> fields;
    private final Consumer<String> complaints;
    private final Formatter text = new PriorityFormatter();
    private int lost;

    /**
     * @param socket is closed with the handler
     * @param always fields of every entry, {@code SYSLOG_IDENTIFIER} among them
     * @param fields what is known when a record is written; asked on the thread that logs
     * @param complaints gets a sentence when entries begin to be lost; must not log
     */
    public JournalHandler(JournalSocket socket, Map<String, String> always, Supplier<Map<String, String>> fields, Consumer<String> complaints) {
        this.socket = socket;
        this.always = Map.copyOf(always);
        this.fields = fields;
        this.complaints = complaints;
    }

    @Override
    public synchronized void publish(LogRecord record) {
        if (!isLoggable(record)) {
            return;
        }
        try {
            if (lost > 0) {
                socket.send(entry(4, (lost == 1 ? "1 entry is" : lost + " entries are") + " missing here: standard error, the container's log, has what they said"));
                lost = 0;
            }
            socket.send(entry(PriorityFormatter.priority(record.getLevel()), message(record)));
        } catch (JournalException refused) {
            if (lost == 0) {
                complaints.accept("the journal does not take the log: " + refused.getMessage()
                        + "; until it does, the log is only here");
            }
            lost++;
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        socket.close();
    }

    private JournalEntry entry(int priority, String message) {
        var all = new LinkedHashMap<>(fields.get());
        all.putAll(always);
        all.put("PRIORITY", Integer.toString(priority));
        all.put("MESSAGE", message);
        return new JournalEntry(all);
    }

    /** The sentence on one line, whoever its words are from; a stack trace on lines of its own. */
    private String message(LogRecord record) {
        String sentence = text.formatMessage(record).replaceAll("[\\t\\n]", "?");
        return record.getThrown() == null ? sentence : sentence + "\n" + PriorityFormatter.trace(record.getThrown()).strip();
    }
}
