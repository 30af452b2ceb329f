package dev.varve.sandbox.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A CustomResourceDefinition as the kinds it serves, one per version. */
final class CustomKinds {
    private CustomKinds() {}

    static List<Kind> of(JsonNode crd) {
        var kinds = new ArrayList<Kind>();
        for (JsonNode version : crd.path("spec").path("versions")) {
            if (version.path("served").asBoolean()) {
                kinds.add(kind(crd.path("spec"), version));
            }
        }
        return kinds;
    }

    private static Kind kind(JsonNode spec, JsonNode version) {
        JsonNode names = spec.path("names");
        String kind = names.path("kind").asText();
        return new Kind(
                spec.path("group").asText(), version.path("name").asText(), kind, names.path("plural").asText(),
                names.path("singular").asText(kind.toLowerCase(Locale.ROOT)),
                spec.path("scope").asText().equals("Namespaced"), version.path("subresources").has("status"), true,
                Trees.texts(names.path("shortNames")), Trees.texts(names.path("categories")),
                BuiltInColumns.custom(version.path("additionalPrinterColumns")),
                version.path("schema").path("openAPIV3Schema"));
    }
}
