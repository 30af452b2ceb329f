package dev.varve.testbed.parts;

import dev.varve.testbed.host.Command;
import dev.varve.testbed.host.TestbedException;
import dev.varve.testbed.state.Home;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/** One authority for all of a testbed, and what it signs: servers, users, nodes. Made by openssl, kept in the testbed's directory. */
public final class Certificates {
    private static final String DAYS = "30";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Home home;

    public Certificates(Home home) {
        this.home = home;
    }

    public void makeAuthority() {
        key("ca");
        Command.of("openssl", "req", "-x509", "-sha256", "-days", DAYS, "-subj", "/CN=varve-testbed-" + home.index())
                .and("-key", home.pki("ca.key"), "-out", home.pki("ca.crt"))
                .and("-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,digitalSignature,keyCertSign")
                .run();
        Command.of("openssl", "genrsa", "-out", home.pki("sa.key"), "2048").run();
        Command.of("openssl", "rsa", "-in", home.pki("sa.key"), "-pubout", "-out", home.pki("sa.pub")).run();
    }

    /** @param names that clients will know it by; those that are addresses are recognised */
    public void server(String file, List<String> names) {
        String alternative = names.stream().map(name -> (name.matches("[0-9.]+") ? "IP:" : "DNS:") + name).collect(Collectors.joining(","));
        sign(file, "/CN=" + file, "extendedKeyUsage=serverAuth\nsubjectAltName=" + alternative);
    }

    /** @param group "" for none */
    public void client(String file, String user, String group) {
        sign(file, (group.isEmpty() ? "" : "/O=" + group) + "/CN=" + user, "extendedKeyUsage=clientAuth");
    }

    /** A client certificate, and the kubeconfig that holds it. */
    public Path kubeconfig(String file, String user, String group) {
        client(file, user, group);
        String text = """
                apiVersion: v1
                kind: Config
                current-context: varve-testbed
                clusters:
                - {name: varve-testbed, cluster: {server: "%s", certificate-authority-data: %s}}
                users:
                - {name: "%s", user: {client-certificate-data: %s, client-key-data: %s}}
                contexts:
                - {name: varve-testbed, context: {cluster: varve-testbed, user: "%s"}}
                """.formatted(home.server(), base64("ca.crt"), user, base64(file + ".crt"), base64(file + ".key"), user);
        return write(file + ".kubeconfig", text);
    }

    private void sign(String file, String subject, String extensions) {
        key(file);
        Path request = home.pki(file + ".csr");
        Command.of("openssl", "req", "-new", "-subj", subject, "-key", home.pki(file + ".key"), "-out", request).run();
        Path extra = write(file + ".ext", "keyUsage=critical,digitalSignature,keyEncipherment\n" + extensions + "\n");
        Command.of("openssl", "x509", "-req", "-sha256", "-days", DAYS, "-in", request, "-CA", home.pki("ca.crt"), "-CAkey", home.pki("ca.key"))
                .and("-set_serial", new BigInteger(120, RANDOM).add(BigInteger.ONE), "-extfile", extra, "-out", home.pki(file + ".crt"))
                .run();
    }

    /** In the form that a kubelet keeps its own in. */
    private void key(String file) {
        Command.of("openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", home.pki(file + ".key")).run();
    }

    private Path write(String name, String text) {
        try {
            return Files.writeString(home.pki(name), text);
        } catch (IOException unwritable) {
            throw new TestbedException("cannot write " + home.pki(name) + ": " + unwritable.getMessage(), unwritable);
        }
    }

    private String base64(String name) {
        try {
            return Base64.getEncoder().encodeToString(Files.readAllBytes(home.pki(name)));
        } catch (IOException unreadable) {
            throw new TestbedException("cannot read " + home.pki(name) + ": " + unreadable.getMessage(), unreadable);
        }
    }
}
