package dev.varve.testbed.state;

import dev.varve.contract.Pullspec;
import dev.varve.testbed.host.TestbedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;

/**
 * What a whole testbed consists of, for whoever comes later. Written when it is up: its file is there, or the testbed is not
 * whole.
 *
 * @param base the image that the machines are installed with
 * @param kubernetes directory with the binary
 * @param tree directory with the nodes' tree
 * @param machines the real nodes
 * @param fleet the nodes that kwok plays
 */
public record Facts(Pullspec base, Path kubernetes, Path tree, List<String> machines, List<String> fleet) {
    private static final String FILE = "testbed.properties";

    public Facts {
        machines = List.copyOf(machines);
        fleet = List.copyOf(fleet);
    }

    public static boolean are(Home home) {
        return Files.exists(home.file(FILE));
    }

    public static Facts read(Home home) {
        var read = new Properties();
        try (InputStream in = Files.newInputStream(home.file(FILE))) {
            read.load(in);
        } catch (IOException unreadable) {
            throw new TestbedException("no testbed is up in " + home.directory() + "; ./varve testbed up starts one", unreadable);
        }
        return new Facts(
                Pullspec.parse(read.getProperty("base", "")),
                Path.of(read.getProperty("kubernetes", "")),
                Path.of(read.getProperty("tree", "")),
                words(read.getProperty("machines", "")),
                words(read.getProperty("fleet", "")));
    }

    public void write(Home home) {
        var text = new Properties();
        text.setProperty("base", base.toString());
        text.setProperty("kubernetes", kubernetes.toString());
        text.setProperty("tree", tree.toString());
        text.setProperty("machines", String.join(" ", machines));
        text.setProperty("fleet", String.join(" ", fleet));
        try {
            var out = new StringWriter();
            text.store(out, null);
            Path half = home.file(FILE + ".new");
            Files.writeString(half, out.toString());
            Files.move(half, home.file(FILE), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException unwritable) {
            throw new TestbedException("cannot write " + home.file(FILE) + ": " + unwritable.getMessage(), unwritable);
        }
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.split(" ")).filter(word -> !word.isEmpty()).toList();
    }
}
