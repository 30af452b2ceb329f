package dev.varve.sandbox;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** The kubeconfig of a kept sandbox. */
final class Kubeconfig {
    private Kubeconfig() {}

    /** Writes it and returns the path. It holds no secret: the sandbox asks for none. */
    static Path write(Path file, URI server) {
        String text = """
                apiVersion: v1
                kind: Config
                current-context: varve-sandbox
                clusters:
                - {name: varve-sandbox, cluster: {server: "%s"}}
                users:
                - {name: varve-sandbox, user: {}}
                contexts:
                - {name: varve-sandbox, context: {cluster: varve-sandbox, user: varve-sandbox}}
                """.formatted(server);
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
            return file;
        } catch (IOException unwritable) {
            throw new SandboxException("cannot write the kubeconfig " + file + ": " + unwritable.getMessage(), unwritable);
        }
    }
}
