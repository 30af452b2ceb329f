package dev.varve.sandbox.builder;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a Containerfile just far enough to walk through it (Containerfile(5)): stages, continuation lines, heredocs. */
final class Containerfile {
    private static final Set<String> KNOWN = Set.of("ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM",
            "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR");
    private static final Pattern HEREDOC = Pattern.compile("<<-?[\"']?([A-Za-z0-9_]+)[\"']?");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{?([A-Za-z_][A-Za-z0-9_]*)}?");
    private static final Pattern FROM = Pattern.compile("(?:--\\S+\\s+)*(\\S+)(?:\\s+[aA][sS]\\s+(\\S+))?");

    private Containerfile() {}

    /** @throws BuildException where it cannot be read */
    static List<Stage> parse(String text) {
        var stages = new ArrayList<Stage>();
        var arguments = new LinkedHashMap<String, String>();
        var steps = new ArrayList<Instruction>();
        Optional<Matcher> open = Optional.empty();
        for (Instruction instruction : instructions(text)) {
            if (instruction.keyword().equals("FROM")) {
                open.ifPresent(from -> stages.add(stage(from, arguments, steps)));
                steps.clear();
                open = Optional.of(from(instruction));
            } else if (open.isPresent()) {
                steps.add(instruction);
            } else if (instruction.keyword().equals("ARG")) {
                String[] pair = instruction.arguments().split("=", 2);
                arguments.put(pair[0], pair.length > 1 ? pair[1] : "");
            } else {
                throw broken("no FROM before " + instruction);
            }
        }
        open.ifPresent(from -> stages.add(stage(from, arguments, steps)));
        if (stages.isEmpty()) {
            throw broken("no FROM statement found");
        }
        return stages;
    }

    private static List<Instruction> instructions(String text) {
        var found = new ArrayList<Instruction>();
        var lines = new ArrayList<>(text.lines().toList());
        while (!lines.isEmpty()) {
            String line = lines.removeFirst().strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            var whole = new StringBuilder(line);
            while (whole.toString().endsWith("\\") && !lines.isEmpty()) {
                whole.setLength(whole.length() - 1);
                String next = lines.removeFirst().strip();
                whole.append(next.startsWith("#") ? "\\" : next);
            }
            Matcher heredoc = HEREDOC.matcher(whole);
            if (heredoc.find()) {
                readHeredoc(lines, heredoc.group(1), whole);
            }
            found.add(instruction(whole.toString()));
        }
        return found;
    }

    private static void readHeredoc(List<String> lines, String end, StringBuilder into) {
        while (!lines.isEmpty()) {
            String line = lines.removeFirst();
            into.append('\n').append(line);
            if (line.strip().equals(end)) {
                return;
            }
        }
        throw broken("here-document " + end + " has no end");
    }

    private static Instruction instruction(String line) {
        String[] parts = line.split("\\s+", 2);
        String keyword = parts[0].toUpperCase(Locale.ROOT);
        if (!KNOWN.contains(keyword)) {
            throw broken("Unknown instruction: \"" + keyword + "\"");
        }
        return new Instruction(keyword, parts.length > 1 ? parts[1] : "");
    }

    private static Matcher from(Instruction instruction) {
        Matcher from = FROM.matcher(instruction.arguments());
        if (!from.matches()) {
            throw broken("FROM requires an image: " + instruction);
        }
        return from;
    }

    private static Stage stage(Matcher from, Map<String, String> arguments, List<Instruction> steps) {
        String image = VARIABLE.matcher(from.group(1))
                .replaceAll(variable -> Matcher.quoteReplacement(arguments.getOrDefault(variable.group(1), "")));
        return new Stage(image, Optional.ofNullable(from.group(2)), steps);
    }

    private static BuildException broken(String why) {
        return new BuildException(BuildException.OWN_FAILURE, "Error: parsing main Dockerfile: " + why);
    }
}
