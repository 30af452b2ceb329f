package dev.varve.agent;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the environment says: {@code NODE_NAME}; {@code KUBECONFIG}, or the pod's own service account; {@code VARVE_BUS}, {@code
 * VARVE_HOST_RUN}, {@code VARVE_HOST_PROC}, {@code VARVE_HOST_AUTH}, {@code VARVE_PULL_SECRET}, {@code VARVE_STATE_DIR}; {@code POD_NAMESPACE} and
 * {@code POD_NAME}.
 *
 * @param kubeconfig empty inside a cluster without one
 * @param bus address of the host's system bus
 * @param hostRun where the host's {@code /run} is mounted
 * @param hostProc where boot id and command line of the host's kernel are, as below {@code /proc}
 * @param hostAuth where the host's {@code /etc/ostree/auth.json} would be; need not exist
 * @param pullSecrets directories of the pool's pull secrets, which need not exist, the most important last; empty where the
 *     host's registry credentials are to be left alone
 */
record Settings(
        AgentConfig agent, Optional<File> kubeconfig, String bus, Path hostRun, Path hostProc, Path hostAuth, List<Path> pullSecrets) {
    private static final String DEFAULT_HOST_RUN = "/host/run";
    private static final String DEFAULT_HOST_PROC = "/proc";
    private static final Path BOOT_ID = Path.of("sys/kernel/random/boot_id");
    private static final String DEFAULT_HOST_AUTH = "/host/etc/ostree/auth.json";
    private static final String DEFAULT_STATE_DIRECTORY = "/var/lib/varve";

    /** The environment lacks something, or has something unusable. The message is one sentence that says what to do. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        Unusable(String sentence) {
            super(sentence);
        }
    }

    static Settings from(Map<String, String> environment) throws Unusable {
        String node = value(environment, "NODE_NAME")
                .orElseThrow(() -> new Unusable("NODE_NAME is not set: give the name of the Node that this agent carries"));
        Path hostRun = Path.of(value(environment, "VARVE_HOST_RUN").orElse(DEFAULT_HOST_RUN));
        if (!Files.isDirectory(hostRun)) {
            throw new Unusable("VARVE_HOST_RUN is " + hostRun + ", which is no directory: mount the host's /run there");
        }
        String bus = value(environment, "VARVE_BUS").orElse("unix:path=" + hostRun.resolve("dbus/system_bus_socket"));
        if (!bus.startsWith("unix:path=/")) {
            throw new Unusable("VARVE_BUS is " + bus + ": want unix:path= and the absolute path of the host's system bus socket");
        }
        Path hostProc = Path.of(value(environment, "VARVE_HOST_PROC").orElse(DEFAULT_HOST_PROC));
        if (!Files.isReadable(hostProc.resolve(BOOT_ID))) {
            throw new Unusable("VARVE_HOST_PROC is " + hostProc + ", which has no " + BOOT_ID + " that can be read: give the host's /proc, or unset it");
        }
        Path state = Path.of(value(environment, "VARVE_STATE_DIR").orElse(DEFAULT_STATE_DIRECTORY));
        // One that cannot be written is reported on the Node: an agent that is started again and again says it to nobody.
        if (!state.isAbsolute() || Files.exists(state) && !Files.isDirectory(state)) {
            throw new Unusable("VARVE_STATE_DIR is " + state + ": want an absolute path of a directory");
        }
        var agent = new AgentConfig(
                node, value(environment, "POD_NAMESPACE").orElse(""), value(environment, "POD_NAME").orElse(""), state);
        return new Settings(
                agent,
                kubeconfig(environment),
                bus,
                hostRun,
                hostProc,
                Path.of(value(environment, "VARVE_HOST_AUTH").orElse(DEFAULT_HOST_AUTH)),
                pullSecrets(environment));
    }

    /** File with the boot id of the host. */
    Path bootId() {
        return hostProc.resolve(BOOT_ID);
    }

    /** File with the command line of the host's kernel. */
    Path commandLine() {
        return hostProc.resolve("cmdline");
    }

    private static List<Path> pullSecrets(Map<String, String> environment) throws Unusable {
        var directories = new ArrayList<Path>();
        for (String text : value(environment, "VARVE_PULL_SECRET").orElse("").split(":")) {
            Path directory = Path.of(text);
            if (Files.exists(directory) && !Files.isDirectory(directory)) {
                throw new Unusable("VARVE_PULL_SECRET has " + directory + ", which is no directory: give those in which pull secrets"
                        + " are mounted, separated by colons");
            }
            if (!text.isEmpty()) {
                directories.add(directory);
            }
        }
        return List.copyOf(directories);
    }

    private static Optional<File> kubeconfig(Map<String, String> environment) throws Unusable {
        Optional<File> file = value(environment, "KUBECONFIG").map(File::new);
        if (file.isPresent() && !file.get().canRead()) {
            throw new Unusable("KUBECONFIG is " + file.get() + ", which cannot be read: give the kubelet's kubeconfig, or unset it");
        }
        if (file.isEmpty() && value(environment, "KUBERNETES_SERVICE_HOST").isEmpty()) {
            throw new Unusable("there is no API server to talk to: set KUBECONFIG, or run in a pod");
        }
        return file;
    }

    private static Optional<String> value(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).filter(text -> !text.isBlank());
    }
}
