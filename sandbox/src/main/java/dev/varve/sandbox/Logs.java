package dev.varve.sandbox;

import dev.varve.systemd.PriorityFormatter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.logging.FileHandler;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Where the log lines of everything in this process go: to a file, or nowhere, since the screen is the newcomer's. */
public final class Logs {
    private Logs() {}

    /** @throws SandboxException where the file cannot be written */
    public static void to(@Nullable Path file) {
        LogManager.getLogManager().reset();
        if (file == null) {
            return;
        }
        try {
            Handler handler = new FileHandler(file.toString(), false);
            handler.setFormatter(new PriorityFormatter());
            Logger.getLogger("").addHandler(handler);
        } catch (IOException unwritable) {
            throw new SandboxException("cannot write the log " + file + ": " + unwritable.getMessage(), unwritable);
        }
    }
}
