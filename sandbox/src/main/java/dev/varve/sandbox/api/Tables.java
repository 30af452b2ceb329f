package dev.varve.sandbox.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;

/** Objects as the table that {@code kubectl get} prints. */
final class Tables {
    private Tables() {}

    /** @param include {@code Object}, {@code None}, or anything else for metadata only */
    static ObjectNode of(Kind kind, List<ObjectNode> objects, String include, Instant now) {
        ObjectNode table = Trees.object().put("kind", "Table").put("apiVersion", "meta.k8s.io/v1");
        table.putObject("metadata");
        ArrayNode columns = table.putArray("columnDefinitions");
        for (Column column : kind.columns()) {
            columns.addObject().put("name", column.name())
                    .put("type", column.type().equals("date") ? "string" : column.type())
                    .put("format", column.name().equals("Name") ? "name" : "")
                    .put("description", column.name())
                    .put("priority", column.wide() ? 1 : 0);
        }
        ArrayNode rows = table.putArray("rows");
        for (ObjectNode object : objects) {
            ObjectNode row = rows.addObject();
            ArrayNode cells = row.putArray("cells");
            kind.columns().forEach(column -> cells.add(column.cell().of(object, now)));
            if (include.equals("Object")) {
                row.set("object", object);
            } else if (!include.equals("None")) {
                row.set("object", metadata(object));
            }
        }
        return table;
    }

    private static JsonNode metadata(JsonNode object) {
        return Trees.object().put("kind", "PartialObjectMetadata").put("apiVersion", "meta.k8s.io/v1")
                .set("metadata", object.path("metadata"));
    }
}
