package dev.varve.controller.context;

import dev.varve.contract.Pullspec;
import dev.varve.contract.Tree;
import dev.varve.controller.decide.build.Containerfile;
import dev.varve.controller.decide.build.ContainerfileCheck;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * All that a build pod is given: one tar with {@code Containerfile}, {@code rootfs.tar}, and the files by which the pool's
 * MachineConfigs rule registries and signatures, where they have them.
 *
 * @param rendered name of the rendered MachineConfig
 * @param config its Ignition config
 * @param packages from the extensions image
 * @param extensionsImage maybe none
 * @param base base image by digest
 * @param containerfile the user's text, checked before
 */
public record BuildContext(String rendered, String pool, Tree config, Packages packages, Optional<String> extensionsImage, Pullspec base,
        String containerfile) {
    /** What a Secret may hold, in bytes: the API server's own limit. */
    public static final int MAX_BYTES = 1024 * 1024;

    private static final String RULES_AT = "etc/containers/";
    private static final List<String> RULES = List.of("policy.json", "registries.conf");
    private static final int LARGEST_SHOWN = 3;
    private static final double KIB = 1024.0;

    /** @throws ContextException where it is too large, or a file cannot go into it */
    public byte[] tar() {
        List<TarEntry> files = RootFiles.of(config, MAX_BYTES);
        var entries = new ArrayList<TarEntry>();
        entries.add(TarEntry.file("Containerfile", 0644, TarEntry.Owner.ROOT, text().getBytes(StandardCharsets.UTF_8)));
        for (String rule : RULES) {
            files.stream().filter(file -> file.path().equals(RULES_AT + rule)).findFirst().ifPresent(
                    file -> entries.add(TarEntry.file(rule, 0644, TarEntry.Owner.ROOT, file.content())));
        }
        entries.add(TarEntry.file("rootfs.tar", 0644, TarEntry.Owner.ROOT, Tar.of(files)));
        byte[] tar = Tar.of(entries);
        if (tar.length > MAX_BYTES) {
            throw new ContextException("the build context of " + rendered + " has " + kib(tar.length) + " and may have "
                    + kib(MAX_BYTES) + "; move the largest files into the Containerfile: " + largest(files));
        }
        return tar;
    }

    /**
     * Ours and the user's. What the user wrote before the first FROM must stay before ours: a parser directive counts in the
     * first lines only, and an ARG after a FROM belongs to that stage.
     */
    String text() {
        Containerfile user = ContainerfileCheck.check(containerfile);
        var labels = new LinkedHashMap<String, String>();
        labels.put("machineconfig", rendered);
        labels.put("machineconfigpool", pool);
        labels.put("baseOSContainerImage", base.toString());
        String label = labels.entrySet().stream()
                .map((Map.Entry<String, String> e) -> e.getKey() + "=\"" + e.getValue() + "\"")
                .collect(Collectors.joining(" "));
        return user.preamble()
                + "FROM " + base + " AS " + ContainerfileCheck.CONFIGS + "\n"
                + "ADD rootfs.tar /\n"
                + packages.instruction(extensionsImage)
                + "LABEL " + label + "\n"
                + user.body();
    }

    private static String largest(List<TarEntry> files) {
        return files.stream()
                .sorted(Comparator.comparingInt((TarEntry file) -> file.content().length).reversed())
                .limit(LARGEST_SHOWN)
                .map(file -> "/" + file.path() + " (" + kib(file.content().length) + ")")
                .collect(Collectors.joining(", "));
    }

    private static String kib(int bytes) {
        return String.format(Locale.ROOT, "%.1f KiB", bytes / KIB);
    }
}
