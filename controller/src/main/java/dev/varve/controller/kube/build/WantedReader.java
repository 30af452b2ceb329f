package dev.varve.controller.kube.build;

import dev.varve.contract.BuildSpec;
import dev.varve.contract.Pullspec;
import dev.varve.contract.Tree;
import dev.varve.controller.context.Packages;
import dev.varve.controller.decide.build.BuildInputs;
import dev.varve.controller.decide.build.MachineOSConfigFacts;
import dev.varve.controller.decide.build.SecretFacts;
import dev.varve.controller.kube.ClusterView;
import dev.varve.controller.kube.render.Fields;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a valid MachineOSConfig wants built now: its pool's configuration on which base, with what. */
final class WantedReader {
    private final ClusterView view;
    private final Secrets secrets;
    private final Images images;

    WantedReader(ClusterView view, Secrets secrets, Images images) {
        this.view = view;
        this.secrets = secrets;
        this.images = images;
    }

    WantedBuild read(MachineOSConfigFacts config, GenericKubernetesResource pool, BuildSpec wishes, Instant now) {
        Optional<String> unsigned = wishes.signingSecret().filter(name -> !signs(secrets.facts(List.of(name), now).get(name)));
        if (unsigned.isPresent()) {
            return waiting("waiting for Secret " + unsigned.get() + " with entries cosign.key and cosign.password, by which RolloutPolicy "
                    + config.pool() + " wants images signed (spec.build.signing.secretName); cosign generate-key-pair k8s:// makes one");
        }
        String rendered = Fields.spec(pool).at("configuration").at("name").string("");
        if (rendered.isEmpty()) {
            return waiting("waiting for MachineConfigPool " + config.pool() + " to have a rendered configuration");
        }
        Optional<GenericKubernetesResource> found = Fields.named(view.machineConfigs(), rendered);
        if (found.isEmpty()) {
            return waiting("waiting for MachineConfig " + rendered + ", which MachineConfigPool " + config.pool() + " points to");
        }
        Tree spec = Fields.spec(found.get());
        return switch (images.base(spec.at("osImageURL").string(""), secrets.login(config.pullSecret(), now), now)) {
            case Images.Base.NotKnown(String sentence) -> waiting(sentence);
            case Images.Base.Known(Pullspec base) -> inputs(config, rendered, base, spec, wishes, now);
        };
    }

    private static boolean signs(@Nullable SecretFacts secret) {
        return secret != null && secret.keys().containsAll(List.of("cosign.key", "cosign.password"));
    }

    private WantedBuild inputs(MachineOSConfigFacts config, String rendered, Pullspec base, Tree spec, BuildSpec wishes, Instant now) {
        Optional<String> extensions = spec.at("baseOSExtensionsContainerImage").text();
        boolean used = !Packages.of(spec).none();
        if (used && extensions.isEmpty()) {
            return waiting("MachineConfig " + rendered + " asks for extensions or a kernelType, and no extensions image is known;"
                    + " set spec.baseOSExtensionsContainerImage in a MachineConfig, or baseOSExtensionsContainerImage in"
                    + " ConfigMap machine-config-osimageurl");
        }
        if (used) {
            switch (images.digested("extensions image", extensions.orElseThrow(), secrets.login(config.pullSecret(), now), now)) {
                case Images.Base.NotKnown(String sentence) -> {
                    return waiting(sentence);
                }
                case Images.Base.Known(Pullspec image) -> extensions = Optional.of(image.toString());
            }
        }
        return new WantedBuild(Optional.of(new BuildInputs(
                rendered,
                config.containerfile(),
                base,
                extensions,
                Pullspec.parse(config.pushspec()),
                options(config, wishes),
                config.secrets())), "");
    }

    /** An image that is to be signed is not the one that was not. */
    private static Map<String, String> options(MachineOSConfigFacts config, BuildSpec wishes) {
        var options = new TreeMap<String, String>();
        if (config.rebuilds() > 0) {
            options.put("rebuilds", String.valueOf(config.rebuilds()));
        }
        wishes.signingSecret().ifPresent(name -> options.put("signing", name));
        return options;
    }

    private static WantedBuild waiting(String sentence) {
        return new WantedBuild(Optional.empty(), sentence);
    }
}
