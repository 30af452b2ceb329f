package dev.varve.sandbox.builder;

import java.util.List;
import java.util.Optional;

/** From one FROM to the next. @param from image or name of an earlier stage. @param steps without the FROM itself */
record Stage(String from, Optional<String> name, List<Instruction> steps) {
    Stage {
        steps = List.copyOf(steps);
    }

    String title() {
        return from + name.map(n -> " AS " + n).orElse("");
    }
}
