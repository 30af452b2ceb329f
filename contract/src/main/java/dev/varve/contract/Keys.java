package dev.varve.contract;

/** Annotation, label and taint keys of contract.md section 2. {@code M_} are the reference's, {@code V_} are ours. */
public final class Keys {
    private static final String M = "machineconfiguration.openshift.io/";
    private static final String V = "varve.dev/";

    /** API group of the reference's kinds, without version. */
    public static final String GROUP = "machineconfiguration.openshift.io";
    /** API group of our own kinds, without version. */
    public static final String OWN_GROUP = "varve.dev";
    /** Where build pods, secrets and agents live, unless told otherwise. */
    public static final String DEFAULT_NAMESPACE = "openshift-machine-config-operator";

    // Written by the controller: wishes.
    public static final String DESIRED_CONFIG = M + "desiredConfig";
    public static final String DESIRED_IMAGE = M + "desiredImage";
    public static final String PREFETCH = V + "prefetch";
    public static final String KERNEL_ARGUMENTS = V + "kernel-arguments";
    public static final String POLICY = V + "policy";

    // Written by the agent: facts. STATE is also set to Working by the controller, with a new target.
    public static final String CURRENT_CONFIG = M + "currentConfig";
    public static final String CURRENT_IMAGE = M + "currentImage";
    public static final String STATE = M + "state";
    public static final String REASON = M + "reason";
    public static final String STAGED = V + "staged";
    public static final String PHASE = V + "phase";
    public static final String PROGRESS = V + "progress";
    public static final String DRAIN = V + "drain";
    public static final String FAILURE = V + "failure";
    public static final String REJECTED = V + "rejected";
    public static final String ORIGIN_IMAGE = V + "origin-image";
    /** Image of the deployment that the node could roll back to; {@code ""} where it has none that came from a registry. */
    public static final String ROLLBACK_IMAGE = V + "rollback-image";
    public static final String HELD_CORDON = V + "held-cordon";
    public static final String BOOT_ID = V + "boot-id";

    // Labels and taints on nodes, by the controller.
    public static final String POOL_LABEL = V + "pool";
    public static final String UPDATING_TAINT = V + "updating";
    public static final String UPDATING_TAINT_EFFECT = "PreferNoSchedule";

    // On MachineConfigs, MachineOSConfigs and build objects.
    public static final String ROLE_LABEL = M + "role";
    public static final String REBUILD = M + "rebuild";
    public static final String ON_CLUSTER_LAYERING = M + "on-cluster-layering";
    public static final String MACHINE_OS_CONFIG = M + "machine-os-config";
    public static final String MACHINE_OS_BUILD = M + "machine-os-build";
    public static final String RENDERED_MACHINE_CONFIG = M + "rendered-machine-config";
    public static final String TARGET_POOL = M + "target-machine-config-pool";
    /** On a MachineOSConfig: name of the MachineOSBuild that is the current one. */
    public static final String CURRENT_MACHINE_OS_BUILD = M + "current-machine-os-build";
    /** On a MachineOSConfig: how many rebuilds were asked for so far; part of the build inputs. */
    public static final String REBUILDS = V + "rebuilds";
    /** On a MachineOSBuild: the 8 hexadecimal digits of its inputs. */
    public static final String BUILD_INPUTS = V + "build-inputs";
    /** Label of an image: SHA-256 of all that it was built from, as 64 hexadecimal digits. */
    public static final String INPUTS_LABEL = "dev.varve.build-inputs";
    /** On a MachineOSBuild: which versions of the secrets it was started with. */
    public static final String SECRET_VERSIONS = V + "secret-versions";
    public static final String GENERATED_BY_VERSION = M + "generated-by-controller-version";
    public static final String RELEASE_IMAGE_VERSION = M + "release-image-version";
    public static final String OS_IMAGE_URL_OVERRIDDEN = M + "os-image-url-overridden";

    /** Longest {@code M/reason}, in characters. */
    public static final int MAX_REASON = 2_000;
    /** Most digests kept in {@code V/rejected}. */
    public static final int MAX_REJECTED = 10;

    private Keys() {}
}
