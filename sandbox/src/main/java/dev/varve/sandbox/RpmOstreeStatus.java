package dev.varve.sandbox;

import dev.varve.contract.ImageReference;
import dev.varve.contract.Pullspec;
import java.util.Optional;

/** What {@code rpm-ostree status} has printed. */
public record RpmOstreeStatus(String text) {
    private static final String BOOTED_MARK = "* ";

    /** Empty where no deployment of a registry's image is booted. */
    public Optional<Pullspec> booted() {
        return text.lines()
                .map(String::strip)
                .filter(line -> line.startsWith(BOOTED_MARK))
                .flatMap(line -> ImageReference.pullspec(line.substring(BOOTED_MARK.length()).strip()).stream())
                .findFirst();
    }
}
