package dev.varve.sandbox.host;

import java.util.LinkedHashMap;
import java.util.Map;
import org.freedesktop.dbus.DBusPath;
import org.freedesktop.dbus.types.Variant;
import org.jspecify.annotations.Nullable;

/** The properties of rpm-ostree's two objects, read off the deployments as they are now. */
final class HostProperties {
    private final Sysroot sysroot;
    private final OtherUpdaters others;

    HostProperties(Sysroot sysroot, OtherUpdaters others) {
        this.sysroot = sysroot;
        this.others = others;
    }

    /** @param running where one does */
    Map<String, Variant<?>> sysroot(@Nullable Transaction running) {
        Map<String, Variant<?>> all = new LinkedHashMap<>();
        all.put("Booted", new Variant<>(new DBusPath(RpmOstreed.OS_PATH)));
        all.put("Path", new Variant<>("/"));
        all.putAll(transaction(running));
        all.put("AutomaticUpdatePolicy", new Variant<>(others.automaticUpdatePolicy()));
        all.put("Deployments", new Variant<>(sysroot.deployments().stream().map(this::dict).toList(), "aa{sv}"));
        return all;
    }

    /** Both change together. */
    static Map<String, Variant<?>> transaction(@Nullable Transaction running) {
        Object[] who = running == null
                ? new Object[] {"", "", ""}
                : new Object[] {running.request().method(), running.request().sender(), running.request().path()};
        Map<String, Variant<?>> changed = new LinkedHashMap<>();
        changed.put("ActiveTransaction", new Variant<>(who, "(sss)"));
        changed.put("ActiveTransactionPath", new Variant<>(running == null ? "" : RpmOstreed.TRANSACTION_ADDRESS));
        return changed;
    }

    Map<String, Variant<?>> os() {
        Map<String, Variant<?>> all = new LinkedHashMap<>();
        all.put("Name", new Variant<>(Deployment.OS_NAME));
        all.put("BootedDeployment", new Variant<>(dict(sysroot.booted()), "a{sv}"));
        all.put("DefaultDeployment", new Variant<>(dict(sysroot.deployments().getFirst()), "a{sv}"));
        Map<String, Variant<?>> rollback = sysroot.rollback().map(this::dict).orElse(Map.of());
        all.put("RollbackDeployment", new Variant<>(rollback, "a{sv}"));
        all.put("CachedUpdate", new Variant<>(Map.of(), "a{sv}"));
        all.put("HasCachedUpdateRpmDiff", new Variant<>(false));
        return all;
    }

    private Map<String, Variant<?>> dict(Deployment deployment) {
        boolean staged = sysroot.staged().filter(stage -> stage.deployment().equals(deployment)).isPresent();
        return DeploymentDict.of(deployment, !staged && deployment.equals(sysroot.booted()), staged);
    }
}
