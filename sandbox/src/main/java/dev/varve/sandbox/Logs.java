package dev.varve.sandbox;

import dev.varve.systemd.PriorityFormatter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.logging.FileHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Where the log lines of everything in this process go: to a file, or nowhere, since the screen is the newcomer's. */
public final class Logs {
    private Logs() {}

    /** As in the journal, which brings the time itself; a file does not. */
    private static final class Timed extends Formatter {
        private final PriorityFormatter line = new PriorityFormatter();

        @Override
        public String format(LogRecord record) {
            String logger = String.valueOf(record.getLoggerName());
            return record.getInstant() + " " + logger.substring(logger.lastIndexOf('.') + 1) + " " + line.format(record);
        }
    }

    /** @throws SandboxException where the file cannot be written */
    public static void to(@Nullable Path file) {
        LogManager.getLogManager().reset();
        if (file == null) {
            return;
        }
        try {
            Handler handler = new FileHandler(file.toString(), false);
            handler.setFormatter(new Timed());
            Logger.getLogger("").addHandler(handler);
        } catch (IOException unwritable) {
            throw new SandboxException("cannot write the log " + file + ": " + unwritable.getMessage(), unwritable);
        }
    }
}
