package dev.varve.controller.decide.render;

import dev.varve.contract.ContractException;
import dev.varve.contract.Keys;
import dev.varve.contract.Names;
import dev.varve.contract.Tree;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * MachineConfigs of a pool to one rendered config. Order and rules are the reference's (reference-behaviour.md 3): those of
 * role {@code worker} by name, then all others by name, later ones win. Pure: the same set gives the same bytes, however
 * it is ordered.
 */
public final class Renderer {
    /** Largest rendered spec in bytes: the reference's limit, which keeps the object below the API server's. */
    static final int MAX_BYTES = 1_572_864;

    private static final int NAME_HASH = 32;
    private static final String DEFAULT_KERNEL = "default";
    private static final Set<String> OTHER_KERNELS = Set.of("realtime", "64k-pages");
    private static final Set<String> EXTENSIONS = Set.of(
            "two-node-ha", "ipsec", "usbguard", "kerberos", "kernel-devel", "sandboxed-containers", "sysstat");
    private static final Comparator<MachineConfigFacts> ORDER = Comparator
            .comparing((MachineConfigFacts config) -> !"worker".equals(config.labels().get(Keys.ROLE_LABEL)))
            .thenComparing(MachineConfigFacts::name);

    private final Defaults defaults;

    public Renderer(Defaults defaults) {
        this.defaults = defaults;
    }

    /** @param configs what the pool's selector matches, in any order; none renders the empty config */
    public Rendering render(String pool, Collection<MachineConfigFacts> configs) {
        List<MachineConfigFacts> ordered = configs.stream().sorted(ORDER).toList();
        try {
            Map<String, Object> spec = spec(ordered);
            byte[] canonical = CanonicalJson.bytes(spec);
            if (canonical.length > MAX_BYTES) {
                return new Rendering.Refused("the rendered config of MachineConfigPool " + pool + " has " + canonical.length
                        + " bytes and may have " + MAX_BYTES + "; move large files into the Containerfile");
            }
            String name = Names.renderedConfig(pool, Names.sha256(canonical).substring(0, NAME_HASH));
            return new Rendering.Rendered(name, spec, ordered.stream().map(MachineConfigFacts::name).sorted().toList());
        } catch (Refusal refusal) {
            return new Rendering.Refused(refusal.sentence());
        } catch (ContractException unreadable) {
            return new Rendering.Refused(unreadable.sentence());
        }
    }

    private Map<String, Object> spec(List<MachineConfigFacts> ordered) {
        var ignition = new IgnitionMerge();
        var arguments = new ArrayList<String>();
        var extensions = new ArrayList<String>();
        boolean fips = false;
        for (MachineConfigFacts config : ordered) {
            Tree spec = config.tree();
            ignition.add(spec.at("config"));
            arguments.addAll(texts(spec.at("kernelArguments")));
            extensions.addAll(extensions(spec.at("extensions")));
            fips |= spec.at("fips").bool().orElse(false);
        }
        String kernel = kernel(ordered);
        if (extensions.contains("kernel-devel") && !kernel.equals(DEFAULT_KERNEL)) {
            throw new Refusal("installing kernel-devel extension is not supported with kernelType:", kernel);
        }
        var spec = new LinkedHashMap<String, Object>();
        spec.put("baseOSExtensionsContainerImage", image(ordered, "baseOSExtensionsContainerImage", defaults.extensionsImage()));
        spec.put("config", ignition.config());
        spec.put("extensions", List.copyOf(extensions));
        spec.put("fips", fips);
        spec.put("kernelArguments", List.copyOf(arguments));
        spec.put("kernelType", kernel);
        spec.put("osImageURL", image(ordered, "osImageURL", defaults.osImage()));
        return spec;
    }

    /** The last that a person wrote, else the last that a controller wrote, else the default. */
    private static String image(List<MachineConfigFacts> ordered, String field, String fallback) {
        String generated = fallback;
        String written = "";
        for (MachineConfigFacts config : ordered) {
            String image = config.tree().at(field).string("");
            if (!image.isEmpty() && config.generated()) {
                generated = image;
            } else if (!image.isEmpty()) {
                written = image;
            }
        }
        return written.isEmpty() ? generated : written;
    }

    /** A later explicit {@code default} does not take back an earlier choice. */
    private static String kernel(List<MachineConfigFacts> ordered) {
        String kernel = DEFAULT_KERNEL;
        for (MachineConfigFacts config : ordered) {
            Tree tree = config.tree().at("kernelType");
            String type = tree.string("");
            if (OTHER_KERNELS.contains(type)) {
                kernel = type;
            } else if (!type.isEmpty() && !type.equals(DEFAULT_KERNEL)) {
                throw new Refusal(tree.path(), "is \"" + type + "\"; want default, realtime or 64k-pages");
            }
        }
        return kernel;
    }

    private static List<String> extensions(Tree tree) {
        List<String> names = texts(tree);
        List<String> unknown = names.stream().filter(name -> !EXTENSIONS.contains(name)).toList();
        if (!unknown.isEmpty()) {
            throw new Refusal(tree.path() + ":", "invalid extensions found: " + unknown
                    + "; want some of " + EXTENSIONS.stream().sorted().toList());
        }
        return names;
    }

    private static List<String> texts(Tree tree) {
        return tree.list().stream().flatMap(element -> element.text().stream()).toList();
    }
}
