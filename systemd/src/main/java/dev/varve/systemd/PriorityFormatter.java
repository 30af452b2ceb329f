package dev.varve.systemd;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/**
 * One line a record, led by {@code <3>} to {@code <7>}: systemd's {@code SyslogLevelPrefix=} (on by default, see
 * sd-daemon(3)) makes it the priority in the journal. Control characters are shown as {@code ?}, so that text from outside
 * cannot forge a line; a stack trace is folded into the line.
 */
public final class PriorityFormatter extends Formatter {

    @Override
    public String format(LogRecord record) {
        StringBuilder line = new StringBuilder().append('<').append(priority(record.getLevel())).append('>');
        line.append(escaped(formatMessage(record)));
        if (record.getThrown() != null) {
            line.append(" | ").append(escaped(trace(record.getThrown()).strip().replaceAll("\\s*\\R\\s*", " | ")));
        }
        return line.append('\n').toString();
    }

    /** Syslog priority: 3 error, 4 warning, 6 information, 7 debug. */
    static int priority(Level level) {
        if (level.intValue() >= Level.SEVERE.intValue()) {
            return 3;
        }
        if (level.intValue() >= Level.WARNING.intValue()) {
            return 4;
        }
        return level.intValue() >= Level.INFO.intValue() ? 6 : 7;
    }

    static String trace(Throwable thrown) {
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace, true));
        return trace.toString();
    }

    private static String escaped(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
