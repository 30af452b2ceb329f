package dev.varve.controller.decide.build;

import dev.varve.contract.Digest;
import java.util.Map;

/** What a registry said when it was asked for an image. */
public sealed interface ImageAnswer {

    /** @param digest of the manifest for the node architecture */
    record Found(Digest digest, String architecture, Map<String, String> labels) implements ImageAnswer {
        public Found {
            labels = Map.copyOf(labels);
        }
    }

    /** The registry answered, and has it not. */
    record Missing() implements ImageAnswer {}

    /** It could not be asked: that says nothing about the image. */
    record Unknown(String sentence) implements ImageAnswer {}
}
