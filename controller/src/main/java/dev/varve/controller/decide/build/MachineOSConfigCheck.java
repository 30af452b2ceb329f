package dev.varve.controller.decide.build;

import dev.varve.contract.ContractException;
import dev.varve.contract.Pullspec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The {@code Valid} condition: everything that would end a build, found before a pod runs. */
public final class MachineOSConfigCheck {
    /** Types of a Secret with registry credentials, and the entry each must have. */
    private static final Map<String, String> USABLE = Map.of(
            "kubernetes.io/dockerconfigjson", ".dockerconfigjson",
            "kubernetes.io/dockercfg", ".dockercfg");

    private final String namespace;

    /** @param namespace where the secrets are looked for */
    public MachineOSConfigCheck(String namespace) {
        this.namespace = namespace;
    }

    /**
     * @param poolExists the pool it names
     * @param rival an older MachineOSConfig of the same pool
     * @param secrets those that exist, by name
     * @return one sentence each: what, where, what to do; empty where it is valid
     */
    public List<String> problems(
            MachineOSConfigFacts config, boolean poolExists, Optional<String> rival, Map<String, SecretFacts> secrets) {
        var problems = new ArrayList<String>();
        if (!poolExists) {
            problems.add("MachineConfigPool \"" + config.pool() + "\" does not exist; create it or change spec.machineConfigPool.name");
        }
        rival.ifPresent(other -> problems.add("MachineConfigPool \"" + config.pool() + "\" already has the MachineOSConfig \""
                + other + "\"; delete one of the two"));
        secret("spec.buildInputs.baseImagePullSecret.name", config.pullSecret(), secrets).ifPresent(problems::add);
        secret("spec.buildInputs.renderedImagePushSecret.name", config.pushSecret(), secrets).ifPresent(problems::add);
        config.nodePullSecret()
                .flatMap(name -> secret("spec.buildOutputs.currentImagePullSecret.name", name, secrets))
                .ifPresent(problems::add);
        problems.addAll(ContainerfileCheck.check(config.containerfile()).problems());
        pushspec(config.pushspec()).ifPresent(problems::add);
        return problems.stream().distinct().toList();
    }

    private Optional<String> secret(String field, String name, Map<String, SecretFacts> secrets) {
        if (name.isEmpty()) {
            return Optional.of(field + " is empty; name a Secret with registry credentials in namespace " + namespace);
        }
        SecretFacts secret = secrets.get(name);
        if (secret == null) {
            return Optional.of("Secret \"" + name + "\" (" + field + ") does not exist in namespace " + namespace
                    + "; create it or change " + field);
        }
        String key = USABLE.get(secret.type());
        if (key == null) {
            return Optional.of("Secret \"" + name + "\" (" + field + ") is of type " + secret.type()
                    + "; want kubernetes.io/dockerconfigjson or kubernetes.io/dockercfg");
        }
        return secret.keys().contains(key)
                ? Optional.empty()
                : Optional.of("Secret \"" + name + "\" (" + field + ") has no entry " + key + "; create it anew with kubectl create secret docker-registry");
    }

    private static Optional<String> pushspec(String text) {
        try {
            return Pullspec.parse(text).digest().isPresent()
                    ? Optional.of("spec.buildInputs.renderedImagePushspec is \"" + text + "\"; an image cannot be pushed to a digest, name a tag")
                    : Optional.empty();
        } catch (ContractException wrong) {
            return Optional.of("spec.buildInputs.renderedImagePushspec: " + wrong.sentence());
        }
    }
}
