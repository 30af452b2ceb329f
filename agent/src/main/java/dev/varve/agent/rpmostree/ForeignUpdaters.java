package dev.varve.agent.rpmostree;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Who else updates or reboots this host by itself. None of them knows of drains or of a pool's budget, and each would stage
 * over what we stage.
 */
final class ForeignUpdaters {
    /** bootc's and zincati's; they have no other switch than their unit. */
    private static final List<String> UNITS = List.of("zincati.service", "bootc-fetch-apply-updates.timer");
    private static final String AUTOMATIC = "rpm-ostreed-automatic.timer";
    /** Of {@code Sysroot.AutomaticUpdatePolicy} (rpm-ostree-dbus.md 1.2): with these the timer touches no deployment. */
    private static final Set<String> HARMLESS = Set.of("", "none", "check");

    private final Path rebootRequired;
    private final Daemon daemon;
    private final SystemdClient systemd;

    ForeignUpdaters(Path hostRun, Daemon daemon, SystemdClient systemd) {
        this.rebootRequired = hostRun.resolve("reboot-required");
        this.daemon = daemon;
        this.systemd = systemd;
    }

    /** One sentence for each: what it is, what it does, how to end it. */
    List<String> present() {
        var found = new ArrayList<String>();
        for (String unit : UNITS) {
            if (systemd.isActive(unit)) {
                found.add(sentence(unit));
            }
        }
        String policy = DBusValues.text(daemon.properties(), "AutomaticUpdatePolicy");
        if (!HARMLESS.contains(policy) && systemd.isActive(AUTOMATIC)) {
            found.add(sentence(AUTOMATIC) + ", or set AutomaticUpdatePolicy=none in /etc/rpm-ostreed.conf (it is " + policy + ")");
        }
        if (Files.exists(rebootRequired)) {
            found.add("/run/reboot-required is there: whoever watches for it, such as kured, may reboot this node in the middle"
                    + " of an update; remove the file, or keep its watcher off the nodes of this pool");
        }
        return found;
    }

    private static String sentence(String unit) {
        return unit + " is active and updates this host by itself, without regard to its pods or its pool: "
                + "systemctl disable --now " + unit;
    }
}
