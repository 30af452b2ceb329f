package dev.varve.controller;

import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Settings of the form {@code key=value,key=value}. What is wrong is said in one sentence that names the variable. */
final class Pairs {
    private static final Pattern QUANTITY = Pattern.compile("[0-9]+(\\.[0-9]+)?(m|[kMGTPE]|[KMGTPE]i)?");
    private static final Pattern RESOURCE = Pattern.compile("[a-z][a-z0-9./-]*");
    /** A label's value and the name in its key; the prefix of a key is looser here than in the API. */
    private static final Pattern LABEL = Pattern.compile("([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?");
    private static final Pattern LABEL_KEY = Pattern.compile("([a-z0-9]([a-z0-9.-]*[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");

    private Pairs() {}

    /** Kinds of resource and how much of each. */
    static Map<String, String> quantities(String variable, String text) {
        return pairs(variable, text, RESOURCE, QUANTITY, "resources and quantities, like cpu=500m,memory=1Gi");
    }

    static Map<String, String> labels(String variable, String text) {
        return pairs(variable, text, LABEL_KEY, LABEL, "labels and values, like disk=fast,zone=a");
    }

    /** The API server refuses a pod that asks for more than it may have. */
    static void within(String asked, Map<String, String> requests, String allowed, Map<String, String> limits) {
        requests.forEach((resource, request) -> {
            String limit = limits.getOrDefault(resource, request);
            if (new Quantity(request).getNumericalAmount().compareTo(new Quantity(limit).getNumericalAmount()) > 0) {
                throw new IllegalArgumentException(asked + " has " + resource + "=" + request + " and " + allowed + " has only " + limit
                        + ": want a request that is not above the limit");
            }
        });
    }

    private static Map<String, String> pairs(String variable, String text, Pattern key, Pattern value, String wanted) {
        var pairs = new TreeMap<String, String>();
        for (String pair : text.split(",", -1)) {
            String[] parts = pair.strip().split("=", 2);
            if (parts.length < 2 || !key.matcher(parts[0]).matches() || !value.matcher(parts[1]).matches()) {
                throw new IllegalArgumentException(variable + " has \"" + pair.strip() + "\": want " + wanted);
            }
            pairs.put(parts[0], parts[1]);
        }
        return pairs;
    }
}
