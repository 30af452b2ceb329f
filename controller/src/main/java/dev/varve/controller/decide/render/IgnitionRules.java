package dev.varve.controller.decide.render;

import dev.varve.contract.Tree;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What of an Ignition config can go into an image. Everything else is refused by name, never dropped. */
final class IgnitionRules {
    private static final Pattern VERSION = Pattern.compile("3\\.[0-5]\\.[0-9]+");
    private static final Pattern UNIT =
            Pattern.compile("[A-Za-z0-9:_.\\\\@-]+\\.(service|socket|device|mount|automount|swap|target|path|timer|slice|scope)");
    private static final Pattern DROPIN = Pattern.compile("[A-Za-z0-9:_.\\\\@-]+\\.conf");

    /** Sections that change a disk or a boot, with what to do instead. */
    private static final Map<String, String> NOT_IN_AN_IMAGE = Map.of(
            "disks", "partition disks when the node is installed",
            "raid", "set up RAID when the node is installed",
            "filesystems", "make filesystems when the node is installed",
            "luks", "set up encryption when the node is installed");
    private static final Set<String> SECTIONS = Set.of("ignition", "storage", "systemd", "passwd", "kernelArguments");
    private static final Set<String> STORAGE = Set.of("files", "directories", "links");
    private static final Set<String> USER = Set.of("name", "sshAuthorizedKeys");
    /** Filled anew at each boot, so that an image cannot bring anything there. */
    private static final List<String> VOLATILE = List.of("/run", "/proc", "/sys", "/dev", "/tmp", "/var/run", "/var/tmp");

    private IgnitionRules() {}

    /** @throws Refusal naming the field and the rule */
    static void check(Tree config) {
        String version = config.at("ignition").at("version").string("");
        if (!VERSION.matcher(version).matches()) {
            throw new Refusal(config.at("ignition").at("version").path(),
                    "is \"" + version + "\"; want an Ignition version from 3.0.0 to 3.5.0");
        }
        for (String section : config.map().keySet()) {
            if (!SECTIONS.contains(section) && filled(config.at(section))) {
                throw new Refusal(config.at(section).path(), "is not a section of Ignition 3; remove it or check its spelling");
            }
        }
        refuse(config.at("ignition").at("config"), "refers to other configs; copy their contents into this MachineConfig");
        refuse(config.at("kernelArguments"), "cannot go into an image; use spec.kernelArguments");
        refuse(config.at("passwd").at("groups"), "cannot go into an image; create groups in the Containerfile");
        storage(config.at("storage"));
        config.at("systemd").at("units").list().forEach(IgnitionRules::unit);
        config.at("passwd").at("users").list().forEach(IgnitionRules::user);
    }

    private static void storage(Tree storage) {
        for (String section : storage.map().keySet()) {
            if (!STORAGE.contains(section)) {
                refuse(storage.at(section), "cannot go into an image; "
                        + NOT_IN_AN_IMAGE.getOrDefault(section, "remove it or check its spelling"));
            }
        }
        for (Tree file : storage.at("files").list()) {
            path(file);
            refuse(file.at("append"), "cannot go into an image; give the whole file in contents");
            contents(file.at("contents"));
        }
        storage.at("directories").list().forEach(IgnitionRules::path);
        for (Tree link : storage.at("links").list()) {
            path(link);
            if (link.at("hard").bool().orElse(false)) {
                throw new Refusal(link.at("hard").path(), "is true; only symbolic links can go into an image");
            }
            if (link.at("target").text().isEmpty()) {
                throw new Refusal(link.at("target").path(), "is missing; say where the link points");
            }
        }
    }

    private static void path(Tree entry) {
        String path = entry.at("path").string("");
        if (!ImagePath.valid(path)) {
            throw new Refusal(entry.at("path").path(), "is \"" + path + "\"; want an absolute path without . or .. in it");
        }
        for (String top : VOLATILE) {
            if (path.equals(top) || path.startsWith(top + "/")) {
                throw new Refusal(entry.at("path").path(), "is \"" + path + "\"; " + top + " is empty at each boot, so an image cannot fill it");
            }
        }
    }

    private static void contents(Tree contents) {
        String source = contents.at("source").string("");
        if (!source.isEmpty() && !source.startsWith("data:")) {
            throw new Refusal(contents.at("source").path(), "is not a data: URL; put the contents into the MachineConfig");
        }
        String compression = contents.at("compression").string("");
        if (!compression.isEmpty() && !compression.equals("gzip")) {
            throw new Refusal(contents.at("compression").path(), "is \"" + compression + "\"; want gzip or nothing");
        }
        DataUrl.check(contents.at("source").path(), source);
    }

    private static void unit(Tree unit) {
        String name = unit.at("name").string("");
        if (!UNIT.matcher(name).matches()) {
            throw new Refusal(unit.at("name").path(), "is \"" + name + "\"; want a systemd unit name such as chronyd.service");
        }
        for (Tree dropin : unit.at("dropins").list()) {
            String file = dropin.at("name").string("");
            if (!DROPIN.matcher(file).matches()) {
                throw new Refusal(dropin.at("name").path(), "is \"" + file + "\"; want a file name that ends in .conf");
            }
        }
    }

    private static void user(Tree user) {
        String name = user.at("name").string("");
        if (!name.equals("core")) {
            throw new Refusal(user.at("name").path(), "is \"" + name + "\"; core is the only user that can be set");
        }
        for (String field : user.map().keySet()) {
            if (!USER.contains(field)) {
                refuse(user.at(field), "cannot go into an image; only sshAuthorizedKeys of core can");
            }
        }
    }

    private static void refuse(Tree tree, String rule) {
        if (filled(tree)) {
            throw new Refusal(tree.path(), rule);
        }
    }

    private static boolean filled(Tree tree) {
        return switch (tree.value()) {
            case null -> false;
            case List<?> list -> !list.isEmpty();
            case Map<?, ?> map -> map.values().stream().anyMatch(v -> filled(Tree.root(v)));
            case String text -> !text.isEmpty();
            default -> true;
        };
    }
}
