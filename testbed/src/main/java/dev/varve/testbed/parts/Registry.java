package dev.varve.testbed.parts;

import dev.varve.contract.Pullspec;
import dev.varve.testbed.host.Command;
import dev.varve.testbed.host.TestbedException;
import dev.varve.testbed.state.Home;
import dev.varve.testbed.state.Parts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * Debian's docker-registry with TLS and a password, under the two host names of the guide: one that holds the base image, one
 * that built images are pushed to. Two processes on one store, since the guide gives them two ports.
 */
public final class Registry {
    public static final String BASE_HOST = "registry.ci.openshift.org";
    public static final String PUSH_NAME = "image-registry.openshift-image-registry.svc";
    public static final String PUSH_HOST = PUSH_NAME + ":5000";
    public static final String USER = "sandbox";
    public static final String PASSWORD = "sandbox";

    /** Name of the file with which a machine pulls the image that it was installed from. */
    public static final String HOST_AUTH = "host-auth.json";

    private static final String BASE_REPOSITORY = "ocp/4.17-2024-08-19-220527";
    private static final String CONFIG = """
            version: 0.1
            log: {level: warn}
            storage:
              filesystem: {rootdirectory: "%1$s"}
              delete: {enabled: true}
            http:
              addr: "%2$s"
              tls: {certificate: "%3$s", key: "%4$s"}
            auth:
              htpasswd: {realm: varve-testbed, path: "%5$s"}
            """;

    private final Home home;
    private final Parts parts;

    public Registry(Home home, Parts parts) {
        this.home = home;
        this.parts = parts;
    }

    public static void certificates(Home home, Certificates certificates) {
        certificates.server("registry", List.of(BASE_HOST, PUSH_NAME, home.address(), "localhost"));
    }

    public void start() {
        // Only bcrypt is read by the registry.
        write("registry.htpasswd", Command.of("htpasswd", "-Bbn", USER, PASSWORD).output().strip() + "\n");
        String login = Base64.getEncoder().encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
        write(HOST_AUTH, "{\"auths\":{\"" + BASE_HOST + "\":{\"auth\":\"" + login + "\"}}}\n");
        start("registry-base", 443);
        start("registry-push", 5000);
    }

    private void start(String name, int port) {
        Path config = write(name + ".yaml", CONFIG.formatted(home.file("registry"), home.address() + ":" + port,
                home.pki("registry.crt"), home.pki("registry.key"), home.file("registry.htpasswd")));
        parts.start(name, Map.of("OTEL_TRACES_EXPORTER", "none"), List.of("docker-registry", "serve", config));
        new Probe(home, parts).until(name, "answers on port " + port, () -> Command.of(
                "curl", "-fsS", "--max-time", "5", "--cacert", home.pki("ca.crt"), "-u", USER + ":" + PASSWORD, "-o", "/dev/null",
                "https://" + home.address() + ":" + port + "/v2/").end().good());
    }

    /** @param layout OCI image layout whose image is tagged {@code base}; its digest is kept as it is */
    public Pullspec pushBase(Path layout, String digest) {
        Path trust = trust(home);
        try {
            Files.createDirectories(trust);
            Files.copy(home.pki("ca.crt"), trust.resolve("ca.crt"), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException unwritable) {
            throw new TestbedException("cannot write " + trust + ": " + unwritable.getMessage(), unwritable);
        }
        Command.of("skopeo", "copy", "-q", "--preserve-digests", "--insecure-policy", "--dest-cert-dir", trust, "--dest-creds", USER + ":" + PASSWORD,
                "oci:" + layout + ":base", "docker://" + home.address() + ":443/" + BASE_REPOSITORY + ":latest").within(Duration.ofMinutes(5)).run();
        return Pullspec.parse(BASE_HOST + "/" + BASE_REPOSITORY + "@" + digest);
    }

    /** @param image as it was pushed, by digest; the registry forgets its tags, too */
    public static void delete(Home home, Pullspec image) {
        Command.of("skopeo", "delete", "--cert-dir", trust(home), "--creds", USER + ":" + PASSWORD, pushed(home, image)).run();
    }

    /** @param image as it was pushed, by digest */
    public static boolean has(Home home, Pullspec image) {
        Command.Ended asked = Command.of(
                "skopeo", "inspect", "--raw", "--cert-dir", trust(home), "--creds", USER + ":" + PASSWORD, pushed(home, image)).end();
        if (!asked.good() && !asked.error().contains("manifest unknown")) {
            throw new TestbedException("cannot ask the registry for " + image + ": " + asked.error());
        }
        return asked.good();
    }

    /** @param image as it was pushed, by digest */
    public static void tag(Home home, Pullspec image, String tag) {
        String login = USER + ":" + PASSWORD;
        Command.of("skopeo", "copy", "-q", "--preserve-digests", "--insecure-policy", "--src-cert-dir", trust(home), "--src-creds", login,
                "--dest-cert-dir", trust(home), "--dest-creds", login, pushed(home, image),
                "docker://" + home.address() + ":5000/" + image.repository() + ":" + tag).run();
    }

    private static Path trust(Home home) {
        return home.file("run/registry-trust");
    }

    private static String pushed(Home home, Pullspec image) {
        return "docker://" + home.address() + ":5000/" + image.repository() + "@" + image.requireDigest();
    }

    private Path write(String name, String text) {
        try {
            return Files.writeString(home.file(name), text);
        } catch (IOException unwritable) {
            throw new TestbedException("cannot write " + home.file(name) + ": " + unwritable.getMessage(), unwritable);
        }
    }
}
