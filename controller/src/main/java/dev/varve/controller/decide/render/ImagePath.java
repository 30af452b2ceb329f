package dev.varve.controller.decide.render;

import java.util.List;

/** Absolute paths inside an image. */
public final class ImagePath {
    private static final List<String> ESCAPES = List.of("", ".", "..");

    private ImagePath() {}

    /** Absolute, below the root, in normal form, and without control characters. */
    public static boolean valid(String path) {
        if (!path.startsWith("/") || path.length() < 2 || path.chars().anyMatch(Character::isISOControl)) {
            return false;
        }
        for (String part : path.substring(1).split("/", -1)) {
            if (ESCAPES.contains(part)) {
                return false;
            }
        }
        return true;
    }
}
