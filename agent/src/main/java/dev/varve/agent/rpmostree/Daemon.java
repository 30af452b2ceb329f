package dev.varve.agent.rpmostree;

import dev.varve.agent.decide.KernelArguments;
import dev.varve.agent.host.HostException;
import dev.varve.contract.ImageReference;
import dev.varve.contract.Pullspec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.freedesktop.dbus.types.Variant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * rpm-ostree's objects on the bus. Options are built in a fixed order and without anything that changes from try to try:
 * asking twice joins the transaction that runs (rpm-ostree-dbus.md 1.6).
 */
final class Daemon {
    static final String NAME = "org.projectatomic.rpmostree1";
    /** Begins the title of every transaction of ours that has one; we know them by it after a restart. */
    static final String TAG = "varve-agent ";
    /** Begins the title of a staging of ours; after it stands the pullspec. */
    static final String STAGE_TAG = TAG + "stage ";
    private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);
    private static final String UNIT = "rpm-ostreed.service";
    private static final String SYSROOT_PATH = "/org/projectatomic/rpmostree1/Sysroot";
    private static final String SYSROOT = NAME + ".Sysroot";
    private static final String OS = NAME + ".OS";
    private static final int REGISTER_TRIES = 3;

    private final SystemBus bus;
    private final SystemdClient systemd;

    Daemon(SystemBus bus, SystemdClient systemd) {
        this.bus = bus;
        this.systemd = systemd;
    }

    /** Starts the daemon where it has gone idle; bus activation is not trusted with that (rpm-ostree-dbus.md 1.1). */
    void ensureRunning() {
        if (!bus.hasOwner(NAME) && !systemd.isActive(UNIT)) {
            systemd.start(UNIT);
        }
    }

    /** Keeps the daemon from its idle exit until {@link #unregister}. */
    void register() {
        for (int left = REGISTER_TRIES; left > 0; left--) {
            try {
                ensureRunning();
                sysroot("register with rpm-ostree", "RegisterClient", options(Map.of("id", "varve-agent")));
                return;
            } catch (HostException failed) {
                // The daemon was caught in its idle exit; the next try starts it again.
                if (left == 1 || !failed.errorName().equals(Link.NO_REPLY)) {
                    throw failed;
                }
            }
        }
    }

    /** Failure does no harm: the daemon also forgets clients that leave the bus. */
    void unregister() {
        try {
            sysroot("unregister from rpm-ostree", "UnregisterClient", options(Map.of()));
        } catch (HostException gone) {
            LOG.debug("could not unregister from rpm-ostree", gone);
        }
    }

    /** A barrier: peers that have left before it have left, and properties are those of now. */
    void reload() {
        bus.call("reload rpm-ostree", NAME, new Method(SYSROOT_PATH, SYSROOT, "Reload", ""));
    }

    Map<String, Object> properties() {
        return DBusValues.dictionary(bus.call("read the deployments", NAME, Method.getAll(SYSROOT_PATH), SYSROOT).getFirst());
    }

    /** Kernel arguments of the staged deployment. With a stage this reads no boot entry, which could abort the daemon. */
    List<String> stagedKernelArguments() {
        return stagedKernelArguments(properties());
    }

    /** @param sysroot {@link #properties} that were read already */
    List<String> stagedKernelArguments(Map<String, Object> sysroot) {
        Object config = bus.call(
                        "read the staged kernel arguments", NAME, os(sysroot, "GetDeploymentBootConfig", "sb"), "", true)
                .getFirst();
        String options = DBusValues.text(DBusValues.dictionary(config), "options").trim();
        return options.isEmpty() ? List.of() : List.of(options.split("\\s+"));
    }

    /** Each of these returns the address of the transaction. */
    String rebase(String operation, Pullspec image) {
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("lock-finalization", true);
        options.put("initiating-command-line", STAGE_TAG + image);
        return address(bus.call(
                operation, NAME, os("Rebase", "a{sv}sas"), options(options), ImageReference.refspec(image), List.of()));
    }

    /** @param existing all arguments there are now; what is not among them is lost */
    String changeKernelArguments(String operation, List<String> existing, KernelArguments change) {
        Map<String, Variant<?>> options = new LinkedHashMap<>();
        options.put("append-if-missing", new Variant<>(change.wanted(), "as"));
        options.put("delete-if-present", new Variant<>(change.dropped(), "as"));
        // Not inherited: without it the new stage would be unlocked.
        options.put("lock-finalization", new Variant<>(true));
        options.put("initiating-command-line", new Variant<>(TAG + "change kernel arguments"));
        List<String> none = List.of();
        return address(bus.call(
                operation, NAME, os("KernelArgs", "sasasasa{sv}"), String.join(" ", existing), none, none, none, options));
    }

    /** Also of a stage that is unlocked already, so that it can be asked again after a reboot that did not come. */
    String finalizeDeployment(String operation, String digest) {
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("checksum", digest);
        options.put("allow-unlocked", true);
        options.put("initiating-command-line", TAG + "finalize " + digest);
        return address(bus.call(operation, NAME, os("FinalizeDeployment", "a{sv}"), options(options)));
    }

    String rollback(String operation) {
        return address(bus.call(operation, NAME, os("Rollback", "a{sv}"), options(Map.of("reboot", true))));
    }

    String cleanup(String operation, String element) {
        return address(bus.call(operation, NAME, os("Cleanup", "as"), List.of(element)));
    }

    private Method os(String member, String signature) {
        return os(properties(), member, signature);
    }

    private static Method os(Map<String, Object> sysroot, String member, String signature) {
        return new Method(DBusValues.text(sysroot, "Booted"), OS, member, signature);
    }

    private void sysroot(String operation, String member, Map<String, Variant<?>> options) {
        bus.call(operation, NAME, new Method(SYSROOT_PATH, SYSROOT, member, "a{sv}"), options);
    }

    private static Map<String, Variant<?>> options(Map<String, Object> values) {
        Map<String, Variant<?>> options = new LinkedHashMap<>();
        values.forEach((key, value) -> options.put(key, new Variant<>(value)));
        return options;
    }

    private static String address(List<Object> answer) {
        return answer.getFirst().toString();
    }
}
