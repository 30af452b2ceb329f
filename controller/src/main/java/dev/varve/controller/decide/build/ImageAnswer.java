package dev.varve.controller.decide.build;

import java.util.Map;

/** What a registry said when it was asked for an image. */
public sealed interface ImageAnswer {

    record Found(String architecture, Map<String, String> labels) implements ImageAnswer {
        public Found {
            labels = Map.copyOf(labels);
        }
    }

    /** The registry answered, and has it not. */
    record Missing() implements ImageAnswer {}

    /** It could not be asked: that says nothing about the image. */
    record Unknown(String sentence) implements ImageAnswer {}
}
