package dev.varve.controller.decide.render;

/**
 * What a rendered config carries where no MachineConfig says otherwise.
 *
 * @param osImage pullspec of the base image; empty where nobody named one
 * @param extensionsImage pullspec of the extensions image; empty where nobody named one
 */
public record Defaults(String osImage, String extensionsImage) {
    public static final Defaults NONE = new Defaults("", "");
}
