package dev.varve.controller.kube;

import dev.varve.contract.Keys;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;

/** The custom kinds of contract.md section 1. All are cluster-scoped. */
public final class Kinds {
    public static final ResourceDefinitionContext MACHINE_CONFIG = kind(Keys.GROUP, "v1", "MachineConfig", "machineconfigs");
    public static final ResourceDefinitionContext MACHINE_CONFIG_POOL =
            kind(Keys.GROUP, "v1", "MachineConfigPool", "machineconfigpools");
    public static final ResourceDefinitionContext MACHINE_OS_CONFIG =
            kind(Keys.GROUP, "v1alpha1", "MachineOSConfig", "machineosconfigs");
    public static final ResourceDefinitionContext MACHINE_OS_BUILD =
            kind(Keys.GROUP, "v1alpha1", "MachineOSBuild", "machineosbuilds");
    public static final ResourceDefinitionContext ROLLOUT_POLICY =
            kind(Keys.OWN_GROUP, "v1alpha1", "RolloutPolicy", "rolloutpolicies");

    private Kinds() {}

    private static ResourceDefinitionContext kind(String group, String version, String kind, String plural) {
        return new ResourceDefinitionContext.Builder()
                .withGroup(group)
                .withVersion(version)
                .withKind(kind)
                .withPlural(plural)
                .withNamespaced(false)
                .build();
    }
}
