package dev.varve.controller.kube.build;

import dev.varve.controller.decide.build.BuildInputs;
import java.util.Optional;

/**
 * What is to be built.
 *
 * @param inputs empty where that is not known yet
 * @param waiting for what, then; "" otherwise
 */
record WantedBuild(Optional<BuildInputs> inputs, String waiting) {}
