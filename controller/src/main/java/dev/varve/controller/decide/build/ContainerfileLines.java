package dev.varve.controller.decide.build;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The lines of a Containerfile put together to instructions. */
final class ContainerfileLines {
    private static final Pattern DIRECTIVE = Pattern.compile("#\\s*([A-Za-z][A-Za-z0-9]*)\\s*=\\s*(\\S+)\\s*");
    private static final Pattern HERE =
            Pattern.compile("(?:^|\\s)\\d*<<(-?)([\"']?)([A-Za-z_][A-Za-z0-9_]*)\\2(?=[\\s;|&>)]|$)");
    private static final List<String> WITH_HERE_DOCUMENT = List.of("RUN", "COPY", "ADD");

    private final String[] lines;
    private final List<String> problems = new ArrayList<>();
    private final List<Instruction> instructions = new ArrayList<>();
    private char escape = '\\';
    private int next;

    /**
     * @param line where it begins, from 1
     * @param keyword in capitals
     * @param words arguments without leading flags
     */
    record Instruction(int line, String keyword, String arguments, List<String> words, boolean hereDocument) {
        boolean jsonForm() {
            return words.getFirst().startsWith("[");
        }
    }

    ContainerfileLines(String text) {
        lines = text.replace("\r\n", "\n").split("\n", -1);
        directives();
        while (next < lines.length) {
            read();
        }
    }

    List<Instruction> instructions() {
        return List.copyOf(instructions);
    }

    List<String> problems() {
        return List.copyOf(problems);
    }

    Containerfile split(Optional<Integer> firstFrom, List<String> found) {
        int from = firstFrom.map(line -> line - 1).orElse(lines.length);
        String preamble = String.join("\n", Arrays.copyOfRange(lines, 0, from));
        String body = String.join("\n", Arrays.copyOfRange(lines, from, lines.length));
        return new Containerfile(preamble.isBlank() ? "" : preamble + "\n", body.isBlank() ? "" : body.stripTrailing() + "\n", found);
    }

    /** Only lines before anything else count: the first comment that is none, or an empty line, ends them. */
    private void directives() {
        for (String line : lines) {
            Matcher directive = DIRECTIVE.matcher(line.strip());
            if (!directive.matches()) {
                return;
            }
            if (directive.group(1).equalsIgnoreCase("escape") && directive.group(2).equals("`")) {
                escape = '`';
            }
        }
    }

    private void read() {
        String line = lines[next].strip();
        if (line.isEmpty() || line.startsWith("#")) {
            next++;
            return;
        }
        int begin = next + 1;
        String whole = joined();
        String[] parts = whole.split("\\s+", 2);
        String keyword = parts[0].toUpperCase(Locale.ROOT);
        String arguments = parts.length > 1 ? parts[1].strip() : "";
        boolean here = WITH_HERE_DOCUMENT.contains(keyword) && hereDocuments(begin, arguments);
        instructions.add(new Instruction(begin, keyword, arguments, words(arguments), here));
    }

    /** From the current line over its continuations; comments and empty lines between them are skipped. */
    private String joined() {
        var whole = new StringBuilder();
        boolean more = true;
        while (more && next < lines.length) {
            String line = lines[next++];
            String bare = line.strip();
            boolean skipped = !whole.isEmpty() && (bare.isEmpty() || bare.startsWith("#"));
            if (!skipped) {
                more = !bare.isEmpty() && bare.charAt(bare.length() - 1) == escape;
                whole.append(more ? bare.substring(0, bare.length() - 1) : bare).append(' ');
            }
        }
        return whole.toString().strip();
    }

    private boolean hereDocuments(int begin, String arguments) {
        Matcher here = HERE.matcher(arguments);
        boolean any = false;
        while (here.find()) {
            any = true;
            String end = here.group(3);
            boolean tabs = !here.group(1).isEmpty();
            if (!skipTo(end, tabs)) {
                problems.add("Containerfile line " + begin + ": the here-document " + end + " does not end; add a line with "
                        + end + " alone");
                return true;
            }
        }
        return any;
    }

    private boolean skipTo(String end, boolean tabs) {
        while (next < lines.length) {
            String line = lines[next++];
            if ((tabs ? line.replaceFirst("^\t+", "") : line).equals(end)) {
                return true;
            }
        }
        return false;
    }

    private static List<String> words(String arguments) {
        List<String> words = arguments.isEmpty() ? List.of() : List.of(arguments.split("\\s+"));
        int flags = 0;
        while (flags < words.size() && words.get(flags).startsWith("--")) {
            flags++;
        }
        return words.subList(flags, words.size());
    }
}
