package dev.varve.sandbox.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the few messages that kubectl 1.36 sends as protobuf and as nothing else: its {@code create namespace} and
 * {@code create secret}, its drain's evictions, and how to delete. Field numbers are those of the {@code generated.proto} files of
 * k8s.io/api and k8s.io/apimachinery 0.36; fields that are not listed are skipped.
 */
final class Protobuf {
    static final String CONTENT_TYPE = "application/vnd.kubernetes.protobuf";
    private static final byte[] MAGIC = {'k', '8', 's', 0};

    /** Message, then number:name:type; {@code *} repeats, {@code map-} maps strings to it. */
    private static final Map<String, Map<Integer, Field>> MESSAGES = """
            Unknown         1:typeMeta:TypeMeta 2:raw:bytes
            TypeMeta        1:apiVersion:string 2:kind:string
            ObjectMeta      1:name:string 2:generateName:string 3:namespace:string 5:uid:string 6:resourceVersion:string \
            11:labels:map-string 12:annotations:map-string 13:ownerReferences:*OwnerReference 14:finalizers:*string
            OwnerReference  1:kind:string 3:name:string 4:uid:string 5:apiVersion:string 6:controller:bool 7:blockOwnerDeletion:bool
            Namespace       1:metadata:ObjectMeta
            ServiceAccount  1:metadata:ObjectMeta
            Secret          1:metadata:ObjectMeta 2:data:map-bytes 3:type:string 4:stringData:map-string 5:immutable:bool
            ConfigMap       1:metadata:ObjectMeta 2:data:map-string 3:binaryData:map-bytes 4:immutable:bool
            Eviction        1:metadata:ObjectMeta 2:deleteOptions:DeleteOptions
            DeleteOptions   1:gracePeriodSeconds:int 2:preconditions:Preconditions 4:propagationPolicy:string 5:dryRun:*string
            Preconditions   1:uid:string 2:resourceVersion:string
            """.lines().map(line -> line.split(" +")).collect(Collectors.toMap(row -> row[0], Protobuf::fields));

    private record Field(String name, String type) {}

    private Protobuf() {}

    private static Map<Integer, Field> fields(String[] row) {
        return Stream.of(row).skip(1).map(field -> field.split(":"))
                .collect(Collectors.toMap(parts -> Integer.valueOf(parts[0]), parts -> new Field(parts[1], parts[2])));
    }

    /** @throws StatusException 415 for a kind that is not listed, 400 for what is no such message */
    static ObjectNode read(byte[] body) {
        if (body.length < MAGIC.length || !Arrays.equals(body, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw StatusException.badRequest("the request body is not Kubernetes protobuf");
        }
        try {
            ObjectNode unknown = message("Unknown", ByteBuffer.wrap(body, MAGIC.length, body.length - MAGIC.length));
            String kind = unknown.path("typeMeta").path("kind").asText();
            if (!MESSAGES.containsKey(kind)) {
                throw new StatusException(415, "UnsupportedMediaType",
                        "this server reads no protobuf of kind " + kind + ": send JSON or YAML, with kubectl create or apply -f");
            }
            ObjectNode object = Trees.copy(unknown.path("typeMeta"));
            return object.setAll(message(kind, ByteBuffer.wrap(Base64.getDecoder().decode(unknown.path("raw").asText()))));
        } catch (BufferUnderflowException | IllegalArgumentException _) {
            throw StatusException.badRequest("the request body is not Kubernetes protobuf");
        }
    }

    private static ObjectNode message(String type, ByteBuffer in) {
        Map<Integer, Field> fields = MESSAGES.getOrDefault(type, Map.of());
        ObjectNode message = Trees.object();
        while (in.hasRemaining()) {
            int tag = (int) varint(in);
            switch (tag & 7) {
                case 0 -> number(message, fields.get(tag >>> 3), varint(in));
                case 1 -> in.position(in.position() + Long.BYTES);
                case 2 -> {
                    int length = (int) varint(in);
                    value(message, fields.get(tag >>> 3), in.slice(in.position(), length));
                    in.position(in.position() + length);
                }
                case 5 -> in.position(in.position() + Integer.BYTES);
                default -> throw new IllegalArgumentException("wire type " + (tag & 7));
            }
        }
        return message;
    }

    private static void number(ObjectNode message, @Nullable Field field, long value) {
        if (field != null && field.type().equals("bool")) {
            message.put(field.name(), value != 0);
        } else if (field != null) {
            message.put(field.name(), value);
        }
    }

    private static void value(ObjectNode message, @Nullable Field field, ByteBuffer value) {
        if (field == null) {
            return;
        }
        if (field.type().startsWith("map-")) {
            // A map is a list of messages: 1 is the key, 2 the value.
            ObjectNode entry = entry(field.type().substring("map-".length()), value);
            message.withObject("/" + field.name()).set(entry.path("1").asText(), entry.path("2"));
        } else if (field.type().startsWith("*")) {
            message.withArray("/" + field.name()).add(node(field.type().substring(1), value));
        } else if (value.hasRemaining()) {
            // Go writes an empty string for one that is not set.
            message.set(field.name(), node(field.type(), value));
        }
    }

    private static ObjectNode entry(String type, ByteBuffer in) {
        ObjectNode entry = Trees.object().put("1", "").put("2", "");
        while (in.hasRemaining()) {
            int number = (int) varint(in) >>> 3;
            int length = (int) varint(in);
            entry.set(Integer.toString(number), node(number == 1 ? "string" : type, in.slice(in.position(), length)));
            in.position(in.position() + length);
        }
        return entry;
    }

    private static JsonNode node(String type, ByteBuffer value) {
        return switch (type) {
            case "string" -> TextNode.valueOf(StandardCharsets.UTF_8.decode(value).toString());
            case "bytes" -> TextNode.valueOf(StandardCharsets.ISO_8859_1.decode(Base64.getEncoder().encode(value)).toString());
            default -> message(type, value);
        };
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte next = in.get();
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("varint without an end");
    }
}
