package dev.varve.sandbox.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** How long rpm-ostreed stays with nothing to do: {@code IdleExitTimeout} of {@code rpm-ostreed.conf}, in seconds. */
final class IdleExit {
    private static final Pattern KEY = Pattern.compile("^\\s*IdleExitTimeout\\s*=\\s*(\\d{1,9})\\s*$", Pattern.MULTILINE);
    /** rpm-ostree's own, to which it adds up to 4 s. */
    private static final long DEFAULT_SECONDS = 60;

    private IdleExit() {}

    /** Empty for never. */
    static Optional<Duration> after(Path config) {
        long seconds = KEY.matcher(read(config))
                .results()
                .map(MatchResult::group)
                .map(line -> Long.parseLong(line.substring(line.indexOf('=') + 1).trim()))
                .findFirst()
                .orElse(DEFAULT_SECONDS);
        return Optional.of(Duration.ofSeconds(seconds)).filter(Duration::isPositive);
    }

    private static String read(Path config) {
        try {
            return Files.readString(config);
        } catch (NoSuchFileException none) {
            return "";
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot read " + config, failed);
        }
    }
}
