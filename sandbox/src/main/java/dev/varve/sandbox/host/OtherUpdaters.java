package dev.varve.sandbox.host;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What else is installed on a machine to update it; nothing by default, and it is only there to be seen. */
public final class OtherUpdaters {
    private final Set<String> units = ConcurrentHashMap.newKeySet();
    private volatile String automaticUpdatePolicy = "none";

    /** That unit is active from now on. */
    public void activate(String unit) {
        units.add(unit);
    }

    /** What {@code AutomaticUpdatePolicy} of rpm-ostreed.conf says from now on. */
    public void automaticUpdatePolicy(String policy) {
        automaticUpdatePolicy = policy;
    }

    boolean isActive(String unit) {
        return units.contains(unit);
    }

    String automaticUpdatePolicy() {
        return automaticUpdatePolicy;
    }
}
