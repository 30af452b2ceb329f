package dev.varve.agent.decide;

import dev.varve.contract.DrainReport;
import java.util.Optional;

/**
 * How far the work that is under way has come.
 *
 * @param progress for people, "" where there is nothing to say
 */
public record Activity(String progress, Optional<DrainReport> drain) {
    public static final Activity NONE = new Activity("", Optional.empty());
}
