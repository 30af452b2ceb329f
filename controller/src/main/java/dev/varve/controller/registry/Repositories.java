package dev.varve.controller.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.varve.contract.Digest;
import dev.varve.contract.Pullspec;
import dev.varve.controller.registry.RegistryException.Kind;
import java.io.IOException;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is in a repository, and how it is taken out (OCI distribution specification 1.1, "Content discovery" and "Content
 * management"). A manifest is deleted by its digest, and all tags that name it go with it.
 */
public final class Repositories {
    private static final int PAGE = 500;
    /** A registry that leads from page to page for ever is no registry. */
    private static final int MAX_PAGES = 200;

    private final HttpClient client;
    private final RegistryAliases aliases;
    private final ObjectMapper json = new ObjectMapper();

    /** @param client as that of {@link RegistryClient} */
    public Repositories(HttpClient client, RegistryAliases aliases) {
        this.client = client;
        this.aliases = aliases;
    }

    /**
     * All tags of the image's repository; none where the registry does not know the repository.
     *
     * @throws RegistryException where there is no answer that can be relied on
     */
    public List<String> tags(Pullspec image, DockerConfig credentials) {
        RegistrySession session = session(Operation.List, image, credentials);
        var tags = new ArrayList<String>();
        Optional<String> query = Optional.of("n=" + PAGE);
        for (int page = 0; query.isPresent(); page++) {
            if (page == MAX_PAGES) {
                throw new RegistryException(Kind.Invalid, "list the tags beside " + image + ": more than " + MAX_PAGES + " pages");
            }
            Optional<RegistrySession.Page> answer = session.page("tags/list?" + query.get(), List.of());
            // Null where a repository has lost its last tag.
            answer.ifPresent(found -> read(image, found.body()).path("tags").forEach(tag -> tags.add(tag.asText())));
            query = answer.flatMap(RegistrySession.Page::next);
        }
        return tags;
    }

    /**
     * What would break some of the tags if it were deleted: of each tag its manifest and, where that is a list, those in the
     * list. A tag that is not there any more leads to nothing.
     *
     * @return a manifest, and one of the tags that lead to it
     * @throws RegistryException where there is no answer that can be relied on
     */
    public Map<Digest, String> behind(Pullspec repository, List<String> tags, DockerConfig credentials) {
        RegistrySession session = session(Operation.Inspect, repository, credentials);
        var behind = new HashMap<Digest, String>();
        for (String tag : tags) {
            session.get("manifests/" + tag, RegistryClient.MANIFESTS).ifPresent(body -> {
                behind.put(RegistryClient.digestOf(body), tag);
                for (JsonNode entry : read(repository, body).path("manifests")) {
                    Optional.of(entry.path("digest").asText("")).filter(Digest::isDigest).ifPresent(text -> behind.put(new Digest(text), tag));
                }
            });
        }
        return behind;
    }

    /**
     * @param image by digest
     * @return false where the registry did not have it
     * @throws RegistryException where the registry refuses, or cannot be asked
     */
    public boolean delete(Pullspec image, DockerConfig credentials) {
        return session(Operation.Delete, image, credentials).delete("manifests/" + image.requireDigest());
    }

    private RegistrySession session(Operation operation, Pullspec image, DockerConfig credentials) {
        return new RegistrySession(client, aliases.base(image.host()), operation, image, credentials.loginFor(image));
    }

    private JsonNode read(Pullspec image, byte[] body) {
        try {
            return json.readTree(body);
        } catch (IOException notJson) {
            throw new RegistryException(Kind.Invalid, "read what is beside " + image + ": the answer is not JSON", notJson);
        }
    }
}
