package dev.varve.sandbox.builder;

import dev.varve.contract.ContractException;
import dev.varve.contract.Digest;
import dev.varve.contract.Pullspec;
import dev.varve.sandbox.registry.AuthFile;
import dev.varve.sandbox.registry.RegistryAliases;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The simulated stand-in for {@code buildah build} and {@code buildah push}. No command is run: each RUN becomes a layer with
 * a small file that holds its text, so that another command is another image. A RUN with {@code exit 3} or {@code false} in
 * it fails. The images and the registry traffic are real.
 */
public final class ImageBuilder {
    /** Label with the names of all packages that RUNs asked for, sorted, separated by blanks. */
    public static final String PACKAGES = "io.varve.sandbox.packages";

    private final RegistryAliases aliases;
    private final InstantSource clock;

    public ImageBuilder(RegistryAliases aliases, InstantSource clock) {
        this.aliases = aliases;
        this.clock = clock;
    }

    /**
     * @param contextTar tar with {@code Containerfile} and the files it adds
     * @param labels that the image gets at last, whatever the Containerfile says
     * @param auth credentials for base images
     * @param log takes the output line by line
     * @throws BuildException where the build fails; its last line has not been logged
     */
    public BuiltImage build(byte[] contextTar, Map<String, String> labels, AuthFile auth, Consumer<String> log) {
        log.accept("varve sandbox: simulated image build, no command of the Containerfile is run");
        Map<String, byte[]> context = Tar.files(contextTar);
        byte[] text = Optional.ofNullable(context.get("Containerfile")).orElseThrow(() -> new BuildException(
                BuildException.OWN_FAILURE, "Error: no Containerfile in the build context"));
        List<Stage> stages = Containerfile.parse(new String(text, StandardCharsets.UTF_8));
        var transport = new Transport(aliases, log);
        var built = new HashMap<String, OciImage>();
        OciImage last = OciImage.empty();
        for (int i = 0; i < stages.size(); i++) {
            Stage stage = stages.get(i);
            String prefix = stages.size() > 1 ? "[" + (i + 1) + "/" + stages.size() + "] " : "";
            log.accept(prefix + "STEP 1/" + (stage.steps().size() + 1) + ": FROM " + stage.title());
            Optional<OciImage> earlier = Optional.ofNullable(built.get(key(stage.from())));
            OciImage base = earlier.isPresent() ? earlier.get() : base(stage, transport, auth);
            last = new StageBuild(context, prefix, log).run(stage, base);
            OciImage result = last;
            built.put(String.valueOf(i), result);
            stage.name().ifPresent(name -> built.put(key(name), result));
        }
        var image = new BuiltImage(last.withLabels(labels).created(clock.instant()));
        log.accept("COMMIT");
        log.accept("--> " + image.digest().hex().substring(0, 12));
        return image;
    }

    /** @param target with the tag to push to. @throws BuildException where the registry refuses */
    public Digest push(BuiltImage image, Pullspec target, AuthFile auth, Consumer<String> log) {
        return new Transport(aliases, log).push(image.image(), target, auth);
    }

    private static OciImage base(Stage stage, Transport transport, AuthFile auth) {
        if (stage.from().equals("scratch")) {
            return OciImage.empty();
        }
        try {
            return transport.pull(Pullspec.parse(stage.from()), auth);
        } catch (ContractException notAPullspec) {
            throw new BuildException(BuildException.OWN_FAILURE, "Error: creating build container: " + notAPullspec.sentence(), notAPullspec);
        }
    }

    private static String key(String stage) {
        return stage.toLowerCase(Locale.ROOT);
    }
}
