package dev.varve.controller.decide.build;

import dev.varve.contract.ContractException;
import dev.varve.contract.Keys;
import dev.varve.contract.Tree;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A MachineOSConfig of {@code v1alpha1} (reference-behaviour.md 2.1), as far as builds depend on it.
 *
 * @param containerfile the entry for the architecture, else {@code noarch}, else empty
 * @param rebuildRequested annotation {@code M/rebuild} is there
 * @param rebuilds how many were asked for before
 * @param currentBuild annotation {@code M/current-machine-os-build}
 */
public record MachineOSConfigFacts(
        String name,
        String pool,
        String containerfile,
        Optional<String> baseImage,
        Optional<String> extensionsImage,
        String pullSecret,
        String pushSecret,
        Optional<String> nodePullSecret,
        String pushspec,
        boolean rebuildRequested,
        int rebuilds,
        Optional<String> currentBuild) {
    private static final String NO_ARCHITECTURE = "noarch";
    private static final Map<String, String> OTHER_NAME = Map.of("amd64", "x86_64", "arm64", "aarch64");

    /** @throws ContractException naming the field that has the wrong type */
    public static MachineOSConfigFacts from(String name, Map<String, String> annotations, Tree spec, String architecture) {
        Tree inputs = spec.at("buildInputs");
        return new MachineOSConfigFacts(
                name,
                poolOf(spec),
                containerfile(inputs.at("containerFile"), architecture),
                inputs.at("baseOSImagePullspec").text(),
                inputs.at("baseOSExtensionsImagePullspec").text(),
                inputs.at("baseImagePullSecret").at("name").string(""),
                inputs.at("renderedImagePushSecret").at("name").string(""),
                spec.at("buildOutputs").at("currentImagePullSecret").at("name").text(),
                inputs.at("renderedImagePushspec").string(""),
                annotations.containsKey(Keys.REBUILD),
                rebuilds(annotations.getOrDefault(Keys.REBUILDS, "0")),
                Optional.ofNullable(annotations.get(Keys.CURRENT_MACHINE_OS_BUILD)).filter(s -> !s.isEmpty()));
    }

    public static String poolOf(Tree spec) {
        return spec.at("machineConfigPool").at("name").string("");
    }

    /** Names of all secrets it refers to, in a fixed order, each once. */
    public List<String> secrets() {
        return Stream.concat(Stream.of(pullSecret, pushSecret), nodePullSecret.stream()).filter(s -> !s.isEmpty()).distinct().toList();
    }

    private static String containerfile(Tree entries, String architecture) {
        for (String wanted : List.of(architecture, OTHER_NAME.getOrDefault(architecture, architecture), NO_ARCHITECTURE)) {
            for (Tree entry : entries.list()) {
                if (entry.at("containerfileArch").string(NO_ARCHITECTURE).equalsIgnoreCase(wanted)) {
                    return entry.at("content").string("");
                }
            }
        }
        return "";
    }

    /** Ours alone: whoever wrote something else there gets another number, which is at worst one build too many. */
    private static int rebuilds(String text) {
        return text.matches("[0-9]{1,8}") ? Integer.parseInt(text) : 0;
    }
}
