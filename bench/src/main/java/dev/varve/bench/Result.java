package dev.varve.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a benchmark found.
 *
 * @param title what was measured, a sentence
 * @param versions name to version of what was measured
 * @param notes lines below the table
 */
public record Result(String title, Machine machine, Map<String, String> versions, List<Figure> figures, List<String> notes) {

    /** In Markdown, as docs/performance.md has it. */
    public String table() {
        var lines = new ArrayList<String>();
        lines.add(title);
        lines.add("");
        lines.add(machine.sentence() + "; "
                + versions.entrySet().stream().map(each -> each.getKey() + " " + each.getValue()).collect(Collectors.joining(", ")));
        lines.add("");
        lines.add("| what | median | spread | target | runs |");
        lines.add("|---|---|---|---|---|");
        figures.forEach(figure -> lines.add(row(figure)));
        if (!notes.isEmpty()) {
            lines.add("");
            lines.addAll(notes);
        }
        return String.join("\n", lines);
    }

    public String json() {
        var tree = new LinkedHashMap<String, Object>();
        tree.put("title", title);
        tree.put("machine", machine);
        tree.put("versions", versions);
        tree.put("figures", figures.stream().map(Result::tree).toList());
        tree.put("notes", notes);
        try {
            return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(tree);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("texts and numbers have a JSON form", impossible);
        }
    }

    private static String row(Figure figure) {
        String target = figure.target().isEmpty() ? "" : "≤ " + Figure.text(figure.target().getAsDouble()) + (figure.met() ? "" : ", missed");
        return "| " + String.join(" | ",
                figure.name(),
                (Figure.text(figure.median()) + " " + figure.unit()).strip(),
                Figure.text(figure.least()) + " to " + Figure.text(figure.most()),
                target,
                figure.runs().stream().map(Figure::text).collect(Collectors.joining(", "))) + " |";
    }

    private static Map<String, Object> tree(Figure figure) {
        var tree = new LinkedHashMap<String, Object>();
        tree.put("name", figure.name());
        tree.put("unit", figure.unit());
        tree.put("median", figure.median());
        tree.put("least", figure.least());
        tree.put("most", figure.most());
        figure.target().ifPresent(target -> tree.put("target", target));
        tree.put("met", figure.met());
        tree.put("runs", figure.runs());
        return tree;
    }
}
