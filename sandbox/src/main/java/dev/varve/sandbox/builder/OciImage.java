package dev.varve.sandbox.builder;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.varve.contract.Digest;
import dev.varve.sandbox.registry.MediaTypes;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An image whose parts are all in memory (OCI image specification: config and manifest). Each change gives a new one.
 *
 * @param config the image config; never changed in place
 */
record OciImage(ObjectNode config, List<Layer> layers) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    OciImage {
        layers = List.copyOf(layers);
    }

    static OciImage empty() {
        ObjectNode config = MAPPER.createObjectNode().put("architecture", "amd64").put("os", "linux");
        config.putObject("config").putObject("Labels");
        config.putObject("rootfs").put("type", "layers").putArray("diff_ids");
        config.putArray("history");
        return new OciImage(config, List.of());
    }

    OciImage withLayer(Layer layer, String step) {
        ObjectNode changed = config.deepCopy();
        changed.withObject("/rootfs").withArray("diff_ids").add(layer.diffId().value());
        changed.withArray("history").addObject().put("created_by", step);
        var all = new ArrayList<>(layers);
        all.add(layer);
        return new OciImage(changed, all);
    }

    OciImage withLabels(Map<String, String> labels) {
        ObjectNode changed = config.deepCopy();
        labels.forEach(changed.withObject("/config/Labels")::put);
        return new OciImage(changed, layers);
    }

    /** For a step that changes no file. */
    OciImage withHistory(String step) {
        ObjectNode changed = config.deepCopy();
        changed.withArray("history").addObject().put("created_by", step).put("empty_layer", true);
        return new OciImage(changed, layers);
    }

    OciImage created(Instant at) {
        return new OciImage(config.deepCopy().put("created", at.truncatedTo(ChronoUnit.SECONDS).toString()), layers);
    }

    /** Empty where there is none. */
    String label(String name) {
        return config.path("config").path("Labels").path(name).asText();
    }

    byte[] configBytes() {
        return bytes(config);
    }

    byte[] manifestBytes() {
        ObjectNode manifest = MAPPER.createObjectNode().put("schemaVersion", 2).put("mediaType", MediaTypes.MANIFEST);
        byte[] configBytes = configBytes();
        describe(manifest.putObject("config"), MediaTypes.CONFIG, Layer.digest(configBytes), configBytes.length);
        layers.forEach(layer ->
                describe(manifest.withArray("layers").addObject(), MediaTypes.LAYER_GZIP, layer.digest(), layer.blob().length));
        return bytes(manifest);
    }

    private static void describe(ObjectNode descriptor, String mediaType, Digest digest, int size) {
        descriptor.put("mediaType", mediaType).put("digest", digest.value()).put("size", size);
    }

    private static byte[] bytes(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a JSON tree is always JSON", impossible);
        }
    }
}
