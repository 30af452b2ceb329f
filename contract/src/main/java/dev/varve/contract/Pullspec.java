package dev.varve.contract;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where an image is: {@code host[:port]/repository[:tag][@digest]}. Accepts what the reference wrongly refuses
 * (reference-behaviour.md 2.3): ports, nested repositories, {@code localhost}, addresses. The host may not be left out:
 * on a node there is no default registry to guess.
 *
 * @param host registry host with port if any, e.g. {@code localhost:5000} or {@code [::1]:5000}
 * @param repository path below the host, e.g. {@code org/os-images}
 */
public record Pullspec(String host, String repository, Optional<String> tag, Optional<Digest> digest) {
    /** Longest pullspec the reference's schema accepts, in characters. */
    public static final int MAX_LENGTH = 447;

    private static final Pattern HOST =
            Pattern.compile("(\\[[0-9a-fA-F:.]+]|[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?)(:[0-9]{1,5})?");
    // distribution's reference grammar: lower-case components joined by one of . _ __ or any number of dashes.
    private static final Pattern REPOSITORY =
            Pattern.compile("[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*");
    private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}");

    public Pullspec {
        String text = text(host, repository, tag, digest);
        if (text.length() > MAX_LENGTH) {
            throw new ContractException("pullspec", text, "longer than " + MAX_LENGTH + " characters");
        }
        if (!HOST.matcher(host).matches() || !(host.contains(".") || host.contains(":") || host.equals("localhost"))) {
            throw new ContractException("pullspec", text, "must start with a registry host such as quay.io or localhost:5000");
        }
        if (!REPOSITORY.matcher(repository).matches()) {
            throw new ContractException("pullspec", text, "repository must be lower-case letters, digits and . _ - between slashes");
        }
        if (tag.isPresent() && !TAG.matcher(tag.get()).matches()) {
            throw new ContractException("pullspec", text, "tag must be at most 128 letters, digits and . _ -");
        }
    }

    /** @throws ContractException where the text is not a pullspec; the message says which part is wrong */
    public static Pullspec parse(String text) {
        int slash = text.indexOf('/');
        if (slash <= 0) {
            throw new ContractException("pullspec", text, "want host[:port]/repository[:tag][@sha256:digest]");
        }
        String host = text.substring(0, slash);
        String rest = text.substring(slash + 1);
        Optional<Digest> digest = Optional.empty();
        int at = rest.indexOf('@');
        if (at >= 0) {
            digest = Optional.of(new Digest(rest.substring(at + 1)));
            rest = rest.substring(0, at);
        }
        Optional<String> tag = Optional.empty();
        int colon = rest.lastIndexOf(':');
        if (colon >= 0) {
            tag = Optional.of(rest.substring(colon + 1));
            rest = rest.substring(0, colon);
        }
        return new Pullspec(host, rest, tag, digest);
    }

    /** As {@link #parse}, and a digest must be there: nodes are never sent to a tag. */
    public static Pullspec parseDigested(String key, String text) {
        Pullspec pullspec;
        try {
            pullspec = parse(text);
        } catch (ContractException wrong) {
            throw new ContractException(key, text, wrong.sentence());
        }
        if (pullspec.digest.isEmpty()) {
            throw new ContractException(key, text, "must end in @sha256:<64 hexadecimal digits>");
        }
        return pullspec;
    }

    /** The same repository at another tag; a digest is dropped. */
    public Pullspec withTag(String newTag) {
        return new Pullspec(host, repository, Optional.of(newTag), Optional.empty());
    }

    /** The same repository at a digest; a tag is dropped, as nodes and statuses want it. */
    public Pullspec withDigest(Digest newDigest) {
        return new Pullspec(host, repository, Optional.empty(), Optional.of(newDigest));
    }

    /** @throws ContractException where there is none */
    public Digest requireDigest() {
        return digest.orElseThrow(() -> new ContractException("pullspec", this, "has no digest"));
    }

    /** For people: repository's last part and a short digest, e.g. {@code os-images@sha256:0123456789ab}. */
    public String abbreviated() {
        String name = repository.substring(repository.lastIndexOf('/') + 1);
        return name + digest.map(d -> "@" + d.abbreviated()).or(() -> tag.map(t -> ":" + t)).orElse("");
    }

    private static String text(String host, String repository, Optional<String> tag, Optional<Digest> digest) {
        return host + "/" + repository + tag.map(t -> ":" + t).orElse("") + digest.map(d -> "@" + d).orElse("");
    }

    @Override
    public String toString() {
        return text(host, repository, tag, digest);
    }
}
