package dev.varve.sandbox;

import dev.varve.contract.ImageReference;
import dev.varve.contract.Pullspec;
import java.util.List;
import java.util.Optional;

/** What {@code rpm-ostree status} has printed. */
public record RpmOstreeStatus(String text) {
    private static final String BOOTED_MARK = "* ";

    /** Of all deployments, in boot order. */
    public List<Pullspec> deployments() {
        return text.lines()
                .map(line -> line.strip().startsWith(BOOTED_MARK) ? line.strip().substring(BOOTED_MARK.length()).strip() : line.strip())
                .flatMap(line -> ImageReference.pullspec(line).stream())
                .toList();
    }

    /** Empty where no deployment of a registry's image is booted. */
    public Optional<Pullspec> booted() {
        return text.lines()
                .map(String::strip)
                .filter(line -> line.startsWith(BOOTED_MARK))
                .flatMap(line -> ImageReference.pullspec(line.substring(BOOTED_MARK.length()).strip()).stream())
                .findFirst();
    }
}
