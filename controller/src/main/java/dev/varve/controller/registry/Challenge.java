package dev.varve.controller.registry;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One challenge of a {@code WWW-Authenticate} header (RFC 9110, 11.6.1). */
record Challenge(Scheme scheme, Map<String, String> parameters) {
    private static final Pattern PARAMETER = Pattern.compile("([A-Za-z_]+)\\s*=\\s*(?:\"([^\"]*)\"|([^\\s,]+))");

    enum Scheme { Basic, Bearer }

    Challenge {
        parameters = Map.copyOf(parameters);
    }

    static Optional<Challenge> parse(String header) {
        String[] parts = header.strip().split("\\s+", 2);
        Scheme scheme;
        switch (parts[0].toLowerCase(Locale.ROOT)) {
            case "basic" -> scheme = Scheme.Basic;
            case "bearer" -> scheme = Scheme.Bearer;
            default -> {
                return Optional.empty();
            }
        }
        var parameters = new HashMap<String, String>();
        Matcher parameter = PARAMETER.matcher(parts.length > 1 ? parts[1] : "");
        while (parameter.find()) {
            String value = parameter.group(2) == null ? parameter.group(3) : parameter.group(2);
            parameters.put(parameter.group(1).toLowerCase(Locale.ROOT), value);
        }
        return Optional.of(new Challenge(scheme, parameters));
    }
}
