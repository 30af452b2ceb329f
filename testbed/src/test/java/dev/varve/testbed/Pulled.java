package dev.varve.testbed;

import dev.varve.contract.Pullspec;
import dev.varve.testbed.host.Command;
import dev.varve.testbed.parts.Registry;
import dev.varve.testbed.state.Home;
import java.nio.file.Path;
import java.time.Duration;

/** An image of the testbed's registry: manifest, configuration with its history, and layers as files of a directory. */
record Pulled(Path directory) {
    private static final Duration LONGEST = Duration.ofMinutes(3);

    Pulled(Home home, Path directory, Pullspec image) {
        this(home, directory, image.repository() + "@" + image.requireDigest());
    }

    /** @param name in the registry, with a tag or digest */
    Pulled(Home home, Path directory, String name) {
        this(directory);
        Command.of("skopeo", "copy", "-q", "--insecure-policy", "--src-cert-dir", home.file("run/registry-trust"),
                "--src-creds", Registry.USER + ":" + Registry.PASSWORD, "docker://" + home.address() + ":5000/" + name, "dir:" + directory)
                .within(LONGEST).run();
    }

    /** What {@code skopeo list-tags} prints of the image's repository. */
    static String tags(Home home, Pullspec image) {
        return Command.of("skopeo", "list-tags", "--cert-dir", home.file("run/registry-trust"),
                "--creds", Registry.USER + ":" + Registry.PASSWORD, "docker://" + home.address() + ":5000/" + image.repository())
                .within(LONGEST).output();
    }

    /** How many of the files have the text, layers unpacked. */
    int filesWith(String text) {
        return Integer.parseInt(shell("for f in *; do zcat -f \"$f\" | grep -qF -- \"$2\" && echo \"$f\"; done | wc -l", text));
    }

    /** Of the uppermost layer that has the file; "" where none has. */
    String file(String path) {
        return shell("for layer in *; do tar -xzOf \"$layer\" \"$2\" 2>/dev/null; done; true", path);
    }

    private String shell(String script, String argument) {
        return Command.of("sh", "-c", "cd \"$1\" && " + script, "sh", directory, argument).output().strip();
    }
}
