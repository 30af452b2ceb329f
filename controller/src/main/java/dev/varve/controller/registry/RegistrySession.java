package dev.varve.controller.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.varve.contract.Pullspec;
import dev.varve.controller.registry.RegistryException.Kind;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Requests about one image: signs in where the registry asks for it, and sorts its answers. */
final class RegistrySession {
    private static final Pattern NEXT = Pattern.compile("<[^>?]*\\?([^>]*)>\\s*;\\s*rel=\"?next\"?");

    private final Transport transport;
    private final URI base;
    private final Operation operation;
    private final Pullspec image;
    private final Optional<DockerConfig.Login> login;
    private Optional<String> authorization = Optional.empty();

    /** A body, and where the next page of it is. */
    record Page(byte[] body, Optional<String> next) {}

    RegistrySession(HttpClient client, URI base, Operation operation, Pullspec image, Optional<DockerConfig.Login> login) {
        this.base = base;
        this.operation = operation;
        this.image = image;
        this.login = login;
        transport = new Transport(client, subject());
    }

    /** Empty where the registry does not have it. */
    Optional<byte[]> get(String what, List<String> accept) {
        return page(what, accept).map(Page::body);
    }

    /** As {@link #get}, of what comes in pages (distribution specification, "Listing tags"). */
    Optional<Page> page(String what, List<String> accept) {
        URI uri = uri(what);
        HttpResponse<byte[]> response = signedIn(authorized -> transport.send(uri, accept, authorized));
        return switch (response.statusCode()) {
            case 200 -> Optional.of(new Page(response.body(), response.headers().firstValue("Link").flatMap(RegistrySession::next)));
            case 404 -> Optional.empty();
            default -> throw refused(uri, response.statusCode());
        };
    }

    /** False where the registry does not have it. A redirect is not followed: it could lead to what nobody meant. */
    boolean delete(String what) {
        URI uri = uri(what);
        int code = signedIn(authorized -> transport.once("DELETE", uri, List.of(), authorized)).statusCode();
        return switch (code) {
            case 200, 202, 204 -> true;
            case 404 -> false;
            default -> throw refused(uri, code);
        };
    }

    private URI uri(String what) {
        return URI.create(base + "/v2/" + image.repository() + "/" + what);
    }

    /** {@code </v2/name/tags/list?n=100&last=x>; rel="next"}: of the address only what comes after the question mark. */
    private static Optional<String> next(String link) {
        Matcher matcher = NEXT.matcher(link);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    private HttpResponse<byte[]> signedIn(Function<Optional<String>, HttpResponse<byte[]>> ask) {
        HttpResponse<byte[]> response = ask.apply(authorization);
        // Also where we were signed in: a token may have run out.
        if (response.statusCode() == 401) {
            authorization = Optional.of(signIn(response));
            response = ask.apply(authorization);
        }
        return response;
    }

    private String signIn(HttpResponse<byte[]> response) {
        Challenge challenge = response.headers().allValues("WWW-Authenticate").stream()
                .flatMap(header -> Challenge.parse(header).stream())
                .findFirst()
                .orElseThrow(() -> new RegistryException(Kind.Unauthorized, subject() + ": " + base.getHost()
                        + " answered 401 and did not say how to sign in"));
        return switch (challenge.scheme()) {
            case Basic -> login.map(DockerConfig.Login::basic).orElseThrow(this::noLogin);
            case Bearer -> "Bearer " + token(challenge);
        };
    }

    private String token(Challenge challenge) {
        String realm = challenge.parameters().getOrDefault("realm", "");
        URI uri = tokenAddress(realm, challenge);
        HttpResponse<byte[]> response = transport.send(uri, List.of(), login.map(DockerConfig.Login::basic));
        if (response.statusCode() != 200) {
            throw refused(uri, response.statusCode());
        }
        try {
            JsonNode answer = new ObjectMapper().readTree(response.body());
            String token = answer.path("token").asText(answer.path("access_token").asText(""));
            if (!token.isEmpty()) {
                return token;
            }
        } catch (IOException notJson) {
            throw new RegistryException(Kind.Invalid, "sign in at " + realm + " for " + image + ": the answer is not JSON", notJson);
        }
        throw new RegistryException(Kind.Invalid, "sign in at " + realm + " for " + image + ": the answer has no token");
    }

    /** A registry over TLS cannot send the password to an address without. */
    private URI tokenAddress(String realm, Challenge challenge) {
        try {
            String scope = challenge.parameters().getOrDefault("scope", "repository:" + image.repository() + ":" + operation.action());
            String service = challenge.parameters().getOrDefault("service", "");
            URI uri = URI.create(realm + (realm.contains("?") ? "&" : "?") + "service=" + encoded(service) + "&scope=" + encoded(scope));
            if ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()) && "http".equals(base.getScheme())) {
                return uri;
            }
        } catch (IllegalArgumentException noAddress) {
            throw new RegistryException(Kind.Invalid, subject() + ": cannot sign in at \"" + realm + "\"", noAddress);
        }
        throw new RegistryException(Kind.Invalid, subject() + ": will not sign in at \"" + realm + "\", want https");
    }

    private RegistryException refused(URI uri, int code) {
        String what = subject() + ": " + uri.getAuthority() + " answered " + code;
        return switch (code) {
            case 401, 403 -> login.isEmpty() ? noLogin() : new RegistryException(Kind.Unauthorized,
                    what + "; the secret's user or password is wrong, or may not " + operation.right());
            case 405 -> new RegistryException(Kind.Unsupported, what + ": it does not take this request");
            case 429, 500, 502, 503, 504 -> new RegistryException(Kind.Busy, what);
            default -> new RegistryException(Kind.Invalid, what);
        };
    }

    private String subject() {
        return operation.words() + " " + image;
    }

    private RegistryException noLogin() {
        return new RegistryException(Kind.Unauthorized,
                subject() + ": the registry wants a password and the secret has none for " + image.host());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
