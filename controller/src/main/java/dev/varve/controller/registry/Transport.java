package dev.varve.controller.registry;

import dev.varve.controller.registry.RegistryException.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Requests and their answers, of whatever status; where there is none, why. Blob stores see no credentials. */
final class Transport {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    /** Largest manifest or config that is read, in bytes: registries refuse larger manifests themselves. */
    private static final long MAX_BODY = 8L * 1024 * 1024;
    private static final int MAX_REDIRECTS = 3;

    private final HttpClient client;
    private final String subject;

    /** @param subject what all messages begin with */
    Transport(HttpClient client, String subject) {
        this.client = client;
        this.subject = subject;
    }

    /** Follows redirects, and gives the authorization to the first host alone. */
    HttpResponse<byte[]> send(URI uri, List<String> accept, Optional<String> authorized) {
        URI at = uri;
        for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
            // Blob stores sign their addresses: an Authorization header would be refused, and is not theirs to see.
            Optional<String> header = Objects.equals(at.getAuthority(), uri.getAuthority()) ? authorized : Optional.empty();
            HttpResponse<byte[]> response = once("GET", at, accept, header);
            Optional<String> location = response.headers().firstValue("Location");
            if (response.statusCode() / 100 != 3 || location.isEmpty()) {
                return response;
            }
            at = redirected(at, location.get());
        }
        throw new RegistryException(Kind.Invalid, subject + ": more than " + MAX_REDIRECTS + " redirects from " + uri);
    }

    private URI redirected(URI from, String location) {
        try {
            URI to = from.resolve(location);
            if ("https".equals(to.getScheme()) || Objects.equals(to.getScheme(), from.getScheme())) {
                return to;
            }
        } catch (IllegalArgumentException noAddress) {
            throw new RegistryException(Kind.Invalid, subject + ": redirected to no address", noAddress);
        }
        throw new RegistryException(Kind.Invalid, subject + ": redirected from https to " + location);
    }

    /** One request and its answer, whatever it is. */
    HttpResponse<byte[]> once(String method, URI uri, List<String> accept, Optional<String> header) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(TIMEOUT).method(method, BodyPublishers.noBody());
        accept.forEach(type -> request.header("Accept", type));
        header.ifPresent(value -> request.header("Authorization", value));
        try {
            return client.send(request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_BODY));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new RegistryException(Kind.Unreachable, subject + ": interrupted while asking " + uri.getAuthority(), interrupted);
        } catch (IOException broken) {
            throw new RegistryException(Kind.Unreachable, subject + ": cannot ask " + uri.getAuthority() + ": " + why(broken), broken);
        }
    }

    /** The client's own exceptions have no words where the connection was not made: the reason is the cause of the cause. */
    private static String why(IOException broken) {
        String words = "";
        for (Throwable cause = broken; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException) {
                return "its name has no address";
            }
            if (words.isEmpty() && cause.getMessage() != null) {
                words = cause.getMessage();
            }
        }
        if (!words.isEmpty()) {
            return words;
        }
        return broken instanceof ConnectException ? "the connection is refused" : broken.getClass().getSimpleName();
    }
}
