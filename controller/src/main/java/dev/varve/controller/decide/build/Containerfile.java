package dev.varve.controller.decide.build;

import java.util.List;

/**
 * A Containerfile that was read.
 *
 * @param preamble what stands before the first FROM: parser directives, comments, ARG; each line ends in a newline
 * @param body from the first FROM on; empty where there is none
 * @param problems one sentence each, with the line; empty where it can be built
 */
public record Containerfile(String preamble, String body, List<String> problems) {

    public Containerfile {
        problems = List.copyOf(problems);
    }
}
