package dev.varve.controller.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;

/** Keeps what was said. */
public final class RecordedEvents implements Events {
    public final List<String> said = new ArrayList<>();

    @Override
    public void normal(HasMetadata about, String reason, String message) {
        said.add(about.getKind() + "/" + Parts.name(about) + " " + reason + ": " + message);
    }

    @Override
    public void warning(HasMetadata about, String reason, String message) {
        normal(about, reason, message);
    }
}
