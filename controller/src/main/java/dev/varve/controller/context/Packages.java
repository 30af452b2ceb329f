package dev.varve.controller.context;

import dev.varve.contract.Tree;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Extensions and kernel of a rendered MachineConfig, as instructions that take their packages from the extensions image. The
 * packages of each are the reference's (reference-behaviour.md 2.11).
 *
 * @param extensions names of a {@code spec.extensions}
 * @param kernelType {@code default}, {@code realtime} or {@code 64k-pages}
 */
public record Packages(List<String> extensions, String kernelType) {
    private static final String DEFAULT_KERNEL = "default";
    private static final Map<String, List<String>> OF_EXTENSION = Map.of(
            "two-node-ha", List.of("pacemaker", "pcs", "fence-agents-all"),
            "ipsec", List.of("NetworkManager-libreswan", "libreswan", "openvswitch3.5-ipsec"),
            "usbguard", List.of("usbguard"),
            "kerberos", List.of("krb5-workstation", "libkadm5"),
            "kernel-devel", List.of("kernel-devel", "kernel-headers"),
            "sandboxed-containers", List.of("kata-containers"),
            "sysstat", List.of("sysstat"));
    private static final List<String> REPLACED =
            List.of("kernel", "kernel-core", "kernel-modules", "kernel-modules-core", "kernel-modules-extra");
    private static final Map<String, List<String>> OF_KERNEL = Map.of(
            "realtime", List.of("kernel-rt-core", "kernel-rt-modules", "kernel-rt-modules-extra", "kernel-rt-kvm"),
            "64k-pages", List.of("kernel-64k-core", "kernel-64k-modules", "kernel-64k-modules-core", "kernel-64k-modules-extra"));

    private static final String PLACE = "/tmp/varve-extensions";
    private static final String REPOSITORY = "/etc/yum.repos.d/varve-extensions.repo";

    public Packages {
        extensions = List.copyOf(extensions);
    }

    /** @param spec of a rendered MachineConfig */
    public static Packages of(Tree spec) {
        return new Packages(
                spec.at("extensions").list().stream().flatMap(name -> name.text().stream()).distinct().toList(),
                spec.at("kernelType").string(DEFAULT_KERNEL));
    }

    /** Nothing is to be taken from an extensions image. */
    public boolean none() {
        return extensions.isEmpty() && kernelType.equals(DEFAULT_KERNEL);
    }

    /**
     * On one line: the user's text may have another escape character than the usual one.
     *
     * @param image the extensions image
     * @throws ContextException where no image is given and one is needed
     */
    String instruction(Optional<String> image) {
        if (none()) {
            return "";
        }
        String from = image.orElseThrow(() -> new ContextException("extensions or a kernelType are asked for, and no extensions"
                + " image is known; set spec.baseOSExtensionsContainerImage in a MachineConfig"));
        List<String> installed = extensions.stream().flatMap(name -> OF_EXTENSION.getOrDefault(name, List.of()).stream()).toList();
        String install = installed.isEmpty() ? "" : " && rpm-ostree install " + String.join(" ", installed);
        return "RUN --mount=type=bind,from=" + from + ",source=/,target=" + PLACE
                + " printf '%s\\n' '[varve-extensions]' 'name=varve-extensions' 'enabled=1' 'metadata_expire=1m'"
                + " 'baseurl=file://" + PLACE + "/usr/share/rpm-ostree/extensions/' 'gpgcheck=0' 'skip_if_unavailable=0' > " + REPOSITORY
                + kernel() + install + " && rm " + REPOSITORY + " && ostree container commit\n";
    }

    private String kernel() {
        List<String> wanted = OF_KERNEL.getOrDefault(kernelType, List.of());
        if (wanted.isEmpty()) {
            return "";
        }
        // A base that comes with this kernel needs no other one.
        String commands = Stream.of("remove " + String.join(" ", REPLACED), "install " + String.join(" ", wanted), "run")
                .collect(Collectors.joining("' '", "'", "'"));
        return " && { rpm -q " + wanted.getFirst() + " || printf '%s\\n' " + commands + " | dnf -y shell; }";
    }
}
