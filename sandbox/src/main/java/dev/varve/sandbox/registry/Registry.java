package dev.varve.sandbox.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A registry on the loopback interface that speaks the OCI distribution API over plain HTTP and keeps everything in memory.
 * Not there: range requests on blobs, referrers, token authentication.
 */
public final class Registry implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Registry.class);

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Faults faults = new Faults();
    private final Manifests manifests;
    private final Blobs blobs;
    private final Listings listings;
    private volatile Optional<Credentials> credentials;

    private Registry(HttpServer server, RegistryOptions options) {
        this.server = server;
        var storage = new Storage();
        this.manifests = new Manifests(storage, options.maxUploadBytes());
        this.blobs = new Blobs(storage, options.maxUploadBytes());
        this.listings = new Listings(storage);
        this.credentials = options.credentials();
    }

    /** An open registry. @param port 0 for any free one */
    public static Registry start(int port) {
        return start(RegistryOptions.onPort(port));
    }

    /** @throws RegistryException where the port is taken */
    public static Registry start(RegistryOptions options) {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), options.port());
        HttpServer server;
        try {
            server = HttpServer.create(address, 0);
        } catch (IOException cause) {
            throw new RegistryException("start registry on", "port " + options.port(), RegistryException.NO_ANSWER, String.valueOf(cause.getMessage()), cause);
        }
        var registry = new Registry(server, options);
        server.createContext("/", registry::serve);
        server.setExecutor(registry.threads);
        server.start();
        return registry;
    }

    /** Base of the API without {@code /v2}, e.g. {@code http://127.0.0.1:5000}. */
    public URI url() {
        return URI.create("http://" + host());
    }

    /** Host and port as they stand in a pullspec. */
    public String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** The next {@code count} requests, whatever they ask, are answered with this status (400-599); replaces an earlier wish. */
    public void failNext(int count, int status) {
        faults.failNext(count, status);
    }

    /** From now on these are asked for; empty opens the registry. */
    public void require(Optional<Credentials> wanted) {
        credentials = wanted;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        threads.close();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            Reply reply;
            try {
                reply = answer(exchange);
            } catch (RegistryError refused) {
                reply = Reply.error(refused);
            } catch (RuntimeException bug) {
                LOG.error("registry could not answer {} {}", exchange.getRequestMethod(), exchange.getRequestURI(), bug);
                reply = Reply.error(RegistryError.internal(bug.toString()));
            }
            send(exchange, reply);
        }
    }

    private Reply answer(HttpExchange exchange) throws IOException {
        Request request = Request.of(exchange);
        OptionalInt fault = faults.take();
        if (fault.isPresent()) {
            throw RegistryError.fault(fault.getAsInt());
        }
        if (credentials.isPresent() && !request.header("Authorization").equals(credentials.map(Credentials::header))) {
            throw RegistryError.unauthorized();
        }
        return switch (Route.parse(exchange.getRequestURI().getPath())) {
            case Route.Base() -> Reply.json(200, Map.of(), Map.of());
            case Route.Catalog() -> listings.catalog(request);
            case Route.Tags tags -> listings.tags(request, tags.repository());
            case Route.Uploads uploads -> blobs.start(request, uploads.repository());
            case Route.Upload upload -> blobs.upload(request, upload);
            case Route.Blob blob -> blobs.blob(request, blob);
            case Route.Manifest manifest -> manifests.manifest(request, manifest);
        };
    }

    private static void send(HttpExchange exchange, Reply reply) throws IOException {
        exchange.getResponseHeaders().set("Docker-Distribution-Api-Version", "registry/2.0");
        reply.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
        boolean head = exchange.getRequestMethod().equals("HEAD");
        if (head) {
            // The server leaves the length of an answer to HEAD to us.
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(reply.body().length));
        }
        exchange.sendResponseHeaders(reply.status(), head || reply.body().length == 0 ? -1 : reply.body().length);
        if (!head && reply.body().length > 0) {
            exchange.getResponseBody().write(reply.body());
        }
    }
}
