package dev.varve.agent.rpmostree;

import java.util.List;

/** Wakes somebody whenever the host may have something new to say. */
record Wake(Runnable wake) implements SystemBus.Listener {
    private static final String BOOT_COMPLETE_PATH = "/org/freedesktop/systemd1/unit/boot_2dcomplete_2etarget";

    /** What the bus has to tell for this. */
    static final List<String> RULES =
            List.of(
                    "type='signal',sender='" + Daemon.NAME + "',interface='org.freedesktop.DBus.Properties',member='PropertiesChanged'",
                    "type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',member='NameOwnerChanged',arg0='"
                            + Daemon.NAME + "'",
                    "type='signal',sender='" + SystemdClient.NAME + "',path='" + BOOT_COMPLETE_PATH
                            + "',interface='org.freedesktop.DBus.Properties',member='PropertiesChanged'");

    @Override
    public void heard(String path, String member, List<Object> values) {
        if (member.equals("PropertiesChanged") || member.equals("NameOwnerChanged")) {
            wake.run();
        }
    }

    @Override
    public void lost() {
        wake.run();
    }
}
