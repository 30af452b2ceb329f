package dev.varve.controller.decide.render;

import dev.varve.contract.Tree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Ignition's own merge, as far as an image needs it: lists are merged by key (files by path, units and drop-ins by name),
 * a later value wins, keys of core are gathered (reference-behaviour.md 3). Feed the configs in order, then ask once.
 */
final class IgnitionMerge {
    /** The version every rendered config is written in. */
    static final String VERSION = "3.5.0";

    private final SortedMap<String, Map<String, Object>> files = new TreeMap<>();
    private final SortedMap<String, Map<String, Object>> directories = new TreeMap<>();
    private final SortedMap<String, Map<String, Object>> links = new TreeMap<>();
    private final SortedMap<String, Map<String, Object>> units = new TreeMap<>();
    private final SortedMap<String, SortedMap<String, Map<String, Object>>> dropins = new TreeMap<>();
    private final Set<String> keys = new LinkedHashSet<>();

    /** @throws Refusal where it cannot go into an image */
    void add(Tree config) {
        if (config.map().isEmpty()) {
            return;
        }
        IgnitionRules.check(config);
        Tree storage = config.at("storage");
        storage.at("files").list().forEach(file -> nodeAt(file, files).putIfAbsent("overwrite", true));
        storage.at("directories").list().forEach(directory -> nodeAt(directory, directories));
        storage.at("links").list().forEach(link -> nodeAt(link, links));
        config.at("systemd").at("units").list().forEach(this::unit);
        for (Tree user : config.at("passwd").at("users").list()) {
            user.at("sshAuthorizedKeys").list().forEach(key -> key.text().map(String::strip).ifPresent(keys::add));
        }
    }

    /** One path is one thing: a later entry of another kind takes it over. */
    private Map<String, Object> nodeAt(Tree entry, SortedMap<String, Map<String, Object>> kind) {
        String path = entry.at("path").string("");
        for (var other : List.of(files, directories, links)) {
            if (other != kind) {
                other.remove(path);
            }
        }
        Map<String, Object> node = kind.computeIfAbsent(path, p -> new TreeMap<>());
        // contents, user and group are taken whole: a compression or an id left over from an earlier config would
        // describe something else.
        entry.map().forEach((field, value) -> {
            if (value != null) {
                node.put(field, value);
            }
        });
        return node;
    }

    private void unit(Tree unit) {
        String name = unit.at("name").string("");
        Map<String, Object> merged = units.computeIfAbsent(name, n -> new TreeMap<>());
        unit.map().forEach((field, value) -> {
            if (value != null && !field.equals("dropins")) {
                merged.put(field, value);
            }
        });
        for (Tree dropin : unit.at("dropins").list()) {
            Map<String, Object> mergedDropin = dropins.computeIfAbsent(name, n -> new TreeMap<>())
                    .computeIfAbsent(dropin.at("name").string(""), n -> new TreeMap<>());
            dropin.map().forEach((field, value) -> {
                if (value != null) {
                    mergedDropin.put(field, value);
                }
            });
        }
    }

    /** The merged config; sections that would be empty are left out. */
    Map<String, Object> config() {
        var config = new LinkedHashMap<String, Object>();
        config.put("ignition", Map.of("version", VERSION));
        if (!keys.isEmpty()) {
            config.put("passwd", Map.of("users", List.of(Map.of("name", "core", "sshAuthorizedKeys", List.copyOf(keys)))));
        }
        var storage = new LinkedHashMap<String, Object>();
        put(storage, "directories", directories);
        put(storage, "files", files);
        put(storage, "links", links);
        if (!storage.isEmpty()) {
            config.put("storage", storage);
        }
        dropins.forEach((unit, named) -> units.getOrDefault(unit, new TreeMap<>()).put("dropins", new ArrayList<>(named.values())));
        if (!units.isEmpty()) {
            config.put("systemd", Map.of("units", new ArrayList<>(units.values())));
        }
        return config;
    }

    private static void put(Map<String, Object> section, String name, SortedMap<String, Map<String, Object>> entries) {
        if (!entries.isEmpty()) {
            section.put(name, new ArrayList<>(entries.values()));
        }
    }
}
