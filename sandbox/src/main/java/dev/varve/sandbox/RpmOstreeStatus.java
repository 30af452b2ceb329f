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
        return text.lines().flatMap(line -> image(line).stream()).toList();
    }

    /** Empty where no deployment of a registry's image is booted. */
    public Optional<Pullspec> booted() {
        return text.lines().filter(line -> line.strip().startsWith(BOOTED_MARK)).flatMap(line -> image(line).stream()).findFirst();
    }

    private static Optional<Pullspec> image(String line) {
        String entry = line.strip();
        return ImageReference.pullspec(entry.startsWith(BOOTED_MARK) ? entry.substring(BOOTED_MARK.length()).strip() : entry);
    }
}
