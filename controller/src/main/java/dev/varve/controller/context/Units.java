package dev.varve.controller.context;

import dev.varve.contract.Tree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * systemd units of a rendered config as files: the unit, its drop-ins, links that enable or mask it. What Ignition leaves to
 * a preset at first boot is done here, since an image has no first boot.
 */
final class Units {
    private static final String DIRECTORY = "etc/systemd/system/";
    private static final Pattern SECTION = Pattern.compile("\\s*\\[([A-Za-z]+)]\\s*");
    private static final Pattern INSTALL = Pattern.compile("\\s*(WantedBy|RequiredBy|UpheldBy|Alias)\\s*=(.*)");
    private static final String PRESET = "etc/systemd/system-preset/20-varve.preset";

    private final List<TarEntry> entries = new ArrayList<>();
    private final StringBuilder presets = new StringBuilder();

    private Units() {}

    static List<TarEntry> of(Tree units) {
        var all = new Units();
        units.list().forEach(all::unit);
        if (!all.presets.isEmpty()) {
            all.entries.add(text(PRESET, all.presets.toString()));
        }
        return all.entries;
    }

    private void unit(Tree unit) {
        String name = unit.at("name").string("");
        String contents = unit.at("contents").string("");
        boolean mask = unit.at("mask").bool().orElse(false);
        for (Tree dropin : unit.at("dropins").list()) {
            entries.add(text(DIRECTORY + name + ".d/" + dropin.at("name").string(""), dropin.at("contents").string("")));
        }
        if (mask) {
            entries.add(TarEntry.link(DIRECTORY + name, "/dev/null", TarEntry.Owner.ROOT));
            return;
        }
        if (!contents.isEmpty()) {
            entries.add(text(DIRECTORY + name, contents));
        }
        unit.at("enabled").bool().ifPresent(enabled -> {
            // A unit of the base image is enabled by its own [Install] section, which is not at hand here.
            presets.append(enabled ? "enable " : "disable ").append(name).append('\n');
            if (enabled) {
                install(name, contents);
            }
        });
    }

    private void install(String name, String contents) {
        String section = "";
        for (String line : contents.split("\n")) {
            Matcher begins = SECTION.matcher(line);
            Matcher installs = INSTALL.matcher(line);
            if (begins.matches()) {
                section = begins.group(1);
            } else if (section.equals("Install") && installs.matches()) {
                for (String target : installs.group(2).strip().split("\\s+")) {
                    link(name, installs.group(1), target);
                }
            }
        }
    }

    private void link(String name, String how, String target) {
        if (target.isEmpty()) {
            return;
        }
        String path = switch (how) {
            case "WantedBy" -> target + ".wants/" + name;
            case "RequiredBy" -> target + ".requires/" + name;
            case "UpheldBy" -> target + ".upholds/" + name;
            default -> target;
        };
        entries.add(TarEntry.link(DIRECTORY + path, "/etc/systemd/system/" + name, TarEntry.Owner.ROOT));
    }

    private static TarEntry text(String path, String contents) {
        return TarEntry.file(path, 0644, TarEntry.Owner.ROOT, contents.getBytes(StandardCharsets.UTF_8));
    }
}
