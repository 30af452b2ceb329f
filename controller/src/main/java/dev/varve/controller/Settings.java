package dev.varve.controller;

import dev.varve.contract.Keys;
import dev.varve.controller.kube.build.BuilderSettings;
import dev.varve.controller.kube.leader.LeaseTimes;
import dev.varve.controller.registry.TrustBundle;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Reads the settings of a controller from the environment. */
final class Settings {
    private static final int MAX_PORT = 65_535;

    private static final List<String> STORAGE_DRIVERS = List.of("vfs", "overlay");

    private static final List<String> PROXY = List.of("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY");
    private final Map<String, String> environment;

    private Settings(Map<String, String> environment) {
        this.environment = environment;
    }

    /** @throws IllegalArgumentException naming the variable, its value and what would be right */
    static ControllerConfig read(Map<String, String> environment) {
        var settings = new Settings(environment);
        return new ControllerConfig(
                settings.text("VARVE_NAMESPACE").or(() -> settings.text("POD_NAMESPACE")).orElse(Keys.DEFAULT_NAMESPACE),
                settings.required("VARVE_AGENT_IMAGE", "the image that the agents run"),
                settings.builder(),
                settings.text("VARVE_KUBELET_KUBECONFIG").orElse(ControllerConfig.DEFAULT_KUBECONFIG),
                settings.aliases(),
                settings.text("VARVE_TRUST_BUNDLE").map(Path::of).map(TrustBundle::read).orElseGet(List::of),
                settings.text("VARVE_HTTP_HOST").orElse(ControllerConfig.DEFAULT_HTTP_HOST),
                settings.port(),
                settings.text("VARVE_IDENTITY").or(() -> settings.text("POD_NAME")).orElseGet(Settings::processName),
                LeaseTimes.DEFAULT);
    }

    private BuilderSettings builder() {
        BuilderSettings usual = BuilderSettings.DEFAULT.withImage(required("VARVE_BUILDER_IMAGE", "the image that the build pods run"));
        String driver = text("VARVE_BUILD_STORAGE_DRIVER").orElse(usual.storageDriver());
        if (!STORAGE_DRIVERS.contains(driver)) {
            throw new IllegalArgumentException("VARVE_BUILD_STORAGE_DRIVER is \"" + driver + "\": want " + String.join(" or ", STORAGE_DRIVERS));
        }
        Map<String, String> requests = quantities("VARVE_BUILD_REQUESTS", usual.requests());
        // A limit without a request is taken for the request: what was not asked for must not be asked for by its limit.
        var askedFor = new LinkedHashMap<>(usual.limits());
        askedFor.keySet().retainAll(requests.keySet());
        Map<String, String> limits = quantities("VARVE_BUILD_LIMITS", askedFor);
        Pairs.within("VARVE_BUILD_REQUESTS", requests, "VARVE_BUILD_LIMITS", limits);
        var nodes = new LinkedHashMap<>(usual.nodeSelector());
        text("VARVE_BUILD_NODE_SELECTOR").ifPresent(text -> nodes.putAll(Pairs.labels("VARVE_BUILD_NODE_SELECTOR", text)));
        return new BuilderSettings(usual.image(), usual.architecture(), driver, requests, limits, nodes, proxy());
    }

    /** The controller's own, in both spellings: some programs know only one. */
    private Map<String, String> proxy() {
        var proxy = new LinkedHashMap<String, String>();
        for (String name : PROXY) {
            String lower = name.toLowerCase(Locale.ROOT);
            text(name).or(() -> text(lower)).ifPresent(value -> {
                proxy.put(name, value);
                proxy.put(lower, value);
            });
        }
        return proxy;
    }

    private Map<String, String> quantities(String name, Map<String, String> usual) {
        return text(name).map(text -> Pairs.quantities(name, text)).orElse(usual);
    }

    private String required(String name, String meaning) {
        return text(name).orElseThrow(() -> new IllegalArgumentException(name + " is not set: want " + meaning));
    }

    private int port() {
        String text = text("VARVE_HTTP_PORT").orElse(Integer.toString(ControllerConfig.DEFAULT_HTTP_PORT));
        if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > MAX_PORT) {
            throw new IllegalArgumentException("VARVE_HTTP_PORT is \"" + text + "\": want a port, 0 to " + MAX_PORT);
        }
        return Integer.parseInt(text);
    }

    private Map<String, URI> aliases() {
        var aliases = new LinkedHashMap<String, URI>();
        for (String alias : text("VARVE_REGISTRY_ALIASES").map(text -> text.split(",")).orElseGet(() -> new String[0])) {
            int equals = alias.indexOf('=');
            URI uri = equals > 0 ? uri(alias.substring(equals + 1).strip()) : URI.create("");
            if (uri.getHost() == null || uri.getScheme() == null || !uri.getScheme().matches("https?")) {
                throw new IllegalArgumentException("VARVE_REGISTRY_ALIASES has \"" + alias.strip()
                        + "\": want host=https://where[:port], separated by commas");
            }
            aliases.put(alias.substring(0, equals).strip(), uri);
        }
        return aliases;
    }

    private static URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException wrong) {
            return URI.create("");
        }
    }

    private Optional<String> text(String name) {
        return Optional.ofNullable(environment.get(name)).map(String::strip).filter(text -> !text.isEmpty());
    }

    /** In a container every process has the same number, so chance must tell two of them apart. */
    private static String processName() {
        return "varve-controller-" + UUID.randomUUID();
    }
}
