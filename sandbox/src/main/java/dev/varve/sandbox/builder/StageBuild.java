package dev.varve.sandbox.builder;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Walks through the steps of one stage. */
final class StageBuild {
    private final Map<String, byte[]> context;
    private final String prefix;
    private final Consumer<String> log;

    StageBuild(Map<String, byte[]> context, String prefix, Consumer<String> log) {
        this.context = context;
        this.prefix = prefix;
        this.log = log;
    }

    OciImage run(Stage stage, OciImage base) {
        OciImage image = base;
        int number = 1;
        for (Instruction step : stage.steps()) {
            number++;
            log.accept(prefix + "STEP " + number + "/" + (stage.steps().size() + 1) + ": " + step);
            image = switch (step.keyword()) {
                case "RUN" -> runCommand(image, step, number);
                case "ADD", "COPY" -> add(image, step, number);
                case "LABEL" -> image.withLabels(Labels.parse(step.arguments())).withHistory(step.toString());
                default -> image.withHistory(step.toString());
            };
        }
        return image;
    }

    private OciImage runCommand(OciImage image, Instruction step, int number) {
        Command command = Command.of(step.arguments());
        if (!command.installs().isEmpty()) {
            log.accept("Will install (simulated): " + String.join(" ", new TreeSet<>(command.installs())));
        }
        if (command.exitCode() != 0) {
            log.accept("(simulated) the command ends with " + command.exitCode());
            throw new BuildException(command.exitCode(), "Error: building at STEP \"" + step + "\": while running runtime: exit status " + command.exitCode());
        }
        OciImage ran = image.withLayer(marker(step, number), step.toString());
        if (command.installs().isEmpty() && command.removes().isEmpty()) {
            return ran;
        }
        var packages = new TreeSet<>(Arrays.asList(image.label(ImageBuilder.PACKAGES).split(" ")));
        packages.remove("");
        packages.addAll(command.installs());
        packages.removeAll(command.removes());
        return ran.withLabels(Map.of(ImageBuilder.PACKAGES, String.join(" ", packages)));
    }

    /** An archive of the context becomes the layer as it is; other sources are copied under their destination. */
    private OciImage add(OciImage image, Instruction step, int number) {
        var words = Arrays.stream(step.arguments().split("\\s+")).filter(word -> !word.startsWith("--")).toList();
        boolean fromElsewhere = step.arguments().contains("--from=") || words.getFirst().contains("://");
        if (fromElsewhere || words.size() < 2 || step.arguments().contains("<<")) {
            return image.withLayer(marker(step, number), step.toString());
        }
        String source = words.getFirst().replaceFirst("^\\./", "");
        byte[] content = context.get(source);
        if (content == null) {
            throw new BuildException(BuildException.OWN_FAILURE, "Error: building at STEP \"" + step + "\": checking on sources under the build context: "
                    + "copier: stat: \"/" + source + "\": no such file or directory");
        }
        boolean archiveToRoot = step.keyword().equals("ADD") && source.endsWith(".tar") && words.getLast().equals("/");
        if (archiveToRoot) {
            int files = Tar.files(content).size();
            log.accept("Added " + files + " files of " + source);
            return image.withLayer(Layer.of(content), step.toString());
        }
        String target = words.getLast().replaceFirst("^/+", "");
        String path = target.isEmpty() || target.endsWith("/") ? target + source : target;
        return image.withLayer(Layer.of(Tar.of(Map.of(path, content))), step.toString());
    }

    /** Holds the text of a step that was not carried out, one file for each. */
    private static Layer marker(Instruction step, int number) {
        String text = step.toString().lines().map(String::strip).collect(Collectors.joining("\n")) + "\n";
        String path = "usr/lib/varve-sandbox/steps/" + number + "-" + step.keyword().toLowerCase(Locale.ROOT);
        return Layer.of(Tar.of(new TreeMap<>(Map.of(path, text.getBytes(StandardCharsets.UTF_8)))));
    }
}
