package dev.varve.controller.decide.build;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds what would end a build before a pod is started for it: each problem with its line. Reads what BuildKit's and
 * buildah's parser reads (continuations, comments inside them, {@code escape} directive, here-documents, ARG before FROM,
 * stages); it looks into no command. One instance reads one text.
 */
public final class ContainerfileCheck {
    /** The stage that every Containerfile must build upon: base image and MachineConfigs. */
    public static final String CONFIGS = "configs";

    /** Known instructions and what each requires, in the reference's words (reference-behaviour.md 2.8). */
    private static final Map<String, String> REQUIRED = Map.ofEntries(
            Map.entry("FROM", "a base image"),
            Map.entry("RUN", "a command"),
            Map.entry("CMD", "a command"),
            Map.entry("ENTRYPOINT", "a command"),
            Map.entry("COPY", "source and destination paths"),
            Map.entry("ADD", "source and destination paths"),
            Map.entry("WORKDIR", "a directory path"),
            Map.entry("ENV", "a variable, as key=value"),
            Map.entry("ARG", "a variable name"),
            Map.entry("LABEL", "a label, as key=value"),
            Map.entry("EXPOSE", "a port"),
            Map.entry("VOLUME", "a path"),
            Map.entry("USER", "a user"),
            Map.entry("SHELL", "a shell"),
            Map.entry("ONBUILD", "an instruction"),
            Map.entry("STOPSIGNAL", "a signal"),
            Map.entry("HEALTHCHECK", "NONE or CMD"),
            Map.entry("MAINTAINER", "a name"));
    private static final Pattern VARIABLE = Pattern.compile("\\$(?:\\{([A-Za-z_][A-Za-z0-9_]*)}|([A-Za-z_][A-Za-z0-9_]*))");

    private final List<String> problems = new ArrayList<>();
    private final Map<String, String> arguments = new HashMap<>();
    /** Name of a stage to what it was started from, as it was then. */
    private final Map<String, Boolean> stagesFromConfigs = new HashMap<>(Map.of(CONFIGS, true));
    private Optional<Integer> firstFrom = Optional.empty();
    private boolean lastFromConfigs;
    private int lastFromLine;

    private ContainerfileCheck() {}

    public static Containerfile check(String text) {
        var check = new ContainerfileCheck();
        var lines = new ContainerfileLines(text);
        List<ContainerfileLines.Instruction> instructions = lines.instructions();
        instructions.forEach(check::instruction);
        check.problems.addAll(lines.problems());
        if (check.firstFrom.isEmpty() && !instructions.isEmpty()) {
            check.problems.add("Containerfile must contain at least one FROM instruction; begin with FROM configs AS final");
        }
        if (check.firstFrom.isPresent() && !check.lastFromConfigs) {
            check.problem(check.lastFromLine, "the last stage does not build upon configs; make it FROM configs AS final");
        }
        return lines.split(check.firstFrom, check.problems);
    }

    private void instruction(ContainerfileLines.Instruction instruction) {
        String keyword = instruction.keyword();
        String required = REQUIRED.get(keyword);
        if (required == null) {
            problem(instruction.line(), "unknown Dockerfile instruction: " + keyword);
            return;
        }
        List<String> words = instruction.words();
        boolean pair = keyword.equals("COPY") || keyword.equals("ADD");
        if (words.isEmpty() || pair && words.size() < 2 && !instruction.jsonForm() && !instruction.hereDocument()) {
            problem(instruction.line(), keyword + " instruction requires " + required);
        } else if (keyword.equals("FROM")) {
            from(instruction.line(), words);
        } else if (keyword.equals("ARG") && firstFrom.isEmpty()) {
            argument(words.getFirst());
        } else if (firstFrom.isEmpty()) {
            problem(instruction.line(), keyword + " stands before the first FROM; only ARG may");
        } else if (keyword.equals("ENV") && words.size() == 1 && !words.getFirst().contains("=")) {
            problem(instruction.line(), "ENV instruction must use key=value form");
        }
    }

    private void argument(String word) {
        int equals = word.indexOf('=');
        if (equals > 0) {
            arguments.put(word.substring(0, equals), word.substring(equals + 1).replaceAll("^\"|\"$", ""));
        }
    }

    private void from(int line, List<String> words) {
        firstFrom = firstFrom.or(() -> Optional.of(line));
        boolean named = words.size() == 3 && words.get(1).equalsIgnoreCase("AS");
        if (words.size() != 1 && !named) {
            problem(line, "FROM instruction requires a base image, and AS <name> if it has a name");
            lastFromConfigs = true;
            return;
        }
        Optional<String> base = resolved(words.getFirst()).map(name -> name.toLowerCase(Locale.ROOT));
        // A base that a build argument decides cannot be known here.
        boolean fromConfigs = base.isEmpty() || stagesFromConfigs.getOrDefault(base.get(), false);
        if (named) {
            String name = words.get(2).toLowerCase(Locale.ROOT);
            if (name.equals(CONFIGS)) {
                problem(line, "the stage name configs is taken; choose another");
            }
            stagesFromConfigs.put(name, fromConfigs);
        }
        lastFromConfigs = fromConfigs;
        lastFromLine = line;
    }

    private Optional<String> resolved(String word) {
        String name = VARIABLE.matcher(word).replaceAll(match -> {
            String variable = match.group(1) == null ? match.group(2) : match.group(1);
            return Matcher.quoteReplacement(arguments.getOrDefault(variable, match.group()));
        });
        return name.contains("$") ? Optional.empty() : Optional.of(name);
    }

    private void problem(int line, String sentence) {
        problems.add("Containerfile line " + line + ": " + sentence);
    }
}
