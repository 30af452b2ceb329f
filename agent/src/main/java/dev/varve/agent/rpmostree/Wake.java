package dev.varve.agent.rpmostree;

import java.util.List;

/**
 * Wakes somebody whenever the host may have something new to say.
 *
 * @param alsoByOwner also when rpm-ostree comes or goes. It goes idle after a minute, and whoever then looks at the host starts it
 *     again: only for those who wait for what dies with it
 */
record Wake(Runnable wake, boolean alsoByOwner) implements SystemBus.Listener {
    static final String OWNER_CHANGED = "NameOwnerChanged";
    private static final String BOOT_COMPLETE_PATH = "/org/freedesktop/systemd1/unit/boot_2dcomplete_2etarget";

    /** What the bus has to tell for this. */
    static final List<String> RULES =
            List.of(
                    "type='signal',sender='" + Daemon.NAME + "',interface='org.freedesktop.DBus.Properties',member='PropertiesChanged'",
                    "type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',member='" + OWNER_CHANGED + "',arg0='"
                            + Daemon.NAME + "'",
                    "type='signal',sender='" + SystemdClient.NAME + "',path='" + BOOT_COMPLETE_PATH
                            + "',interface='org.freedesktop.DBus.Properties',member='PropertiesChanged'");

    @Override
    public void heard(String path, String member, List<Object> values) {
        if (member.equals("PropertiesChanged") || alsoByOwner && member.equals(OWNER_CHANGED)) {
            wake.run();
        }
    }

    @Override
    public void lost() {
        wake.run();
    }
}
