package dev.varve.sandbox.quickstart;

import dev.varve.contract.ContractException;
import dev.varve.contract.Tree;
import dev.varve.sandbox.SandboxException;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The user's own files, read and checked before anything is begun. */
public record UserInput(@Nullable Path filename, @Nullable Path containerfile) {

    /** @throws SandboxException where a file cannot be used */
    public GenericKubernetesResource machineOSConfig() {
        GenericKubernetesResource config = filename == null ? Guide.machineOSConfig() : parsed(filename);
        if (containerfile != null) {
            String text = read("Containerfile", containerfile);
            Walkthrough.containerFiles(config).getFirst().put("content", text);
        }
        return config;
    }

    private static GenericKubernetesResource parsed(Path file) {
        String text = read("MachineOSConfig", file);
        GenericKubernetesResource config;
        try {
            config = Serialization.unmarshal(text, GenericKubernetesResource.class);
        } catch (RuntimeException notYaml) {
            throw new SandboxException("cannot read MachineOSConfig " + file + ": not the YAML of one Kubernetes object", notYaml);
        }
        if (config == null || !"MachineOSConfig".equals(config.getKind()) || config.getMetadata() == null
                || config.getMetadata().getName() == null) {
            throw new SandboxException("cannot use " + file + ": want one MachineOSConfig with a metadata.name");
        }
        if (!"machineconfiguration.openshift.io/v1alpha1".equals(config.getApiVersion())) {
            throw new SandboxException("cannot use " + file + ": apiVersion is " + config.getApiVersion()
                    + ", want machineconfiguration.openshift.io/v1alpha1");
        }
        checkPool(file, config);
        return config;
    }

    private static void checkPool(Path file, GenericKubernetesResource config) {
        try {
            String pool = Tree.named(file.toString(), config.getAdditionalProperties())
                    .at("spec").at("machineConfigPool").at("name").string("");
            if (!pool.equals(Guide.POOL)) {
                throw new SandboxException("MachineOSConfig " + config.getMetadata().getName() + " in " + file
                        + " names MachineConfigPool \"" + pool + "\", which does not exist here; the sandbox has \"" + Guide.POOL + "\"");
            }
        } catch (ContractException wrong) {
            throw new SandboxException("cannot use " + wrong.sentence(), wrong);
        }
    }

    private static String read(String what, Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException missing) {
            throw new SandboxException("cannot read " + what + " " + file + ": no such file", missing);
        } catch (MalformedInputException binary) {
            throw new SandboxException("cannot read " + what + " " + file + ": not UTF-8 text", binary);
        } catch (IOException unreadable) {
            throw new SandboxException("cannot read " + what + " " + file + ": "
                    + (Files.isDirectory(file) ? "is a directory" : unreadable.getMessage()), unreadable);
        }
    }
}
