package dev.varve.controller.decide.build;

import dev.varve.contract.Names;
import dev.varve.contract.Pullspec;
import dev.varve.controller.decide.render.CanonicalJson;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All that decides what an image will be (contract.md section 3). Two equal inputs are one build; contents of secrets are
 * not among them.
 *
 * @param rendered name of the rendered MachineConfig
 * @param containerfile the user's text, maybe empty
 * @param base base image by digest
 * @param extensions extensions image, where one is named
 * @param push where to push, without tag or digest
 * @param options what else changes the image, e.g. how often a rebuild was asked for
 * @param secrets names of the secrets used, in a fixed order
 */
public record BuildInputs(
        String rendered,
        String containerfile,
        Pullspec base,
        Optional<String> extensions,
        Pullspec push,
        Map<String, String> options,
        List<String> secrets) {
    private static final int HASH = 8;
    /** To be raised whenever the same inputs give another context than before: what Varve itself puts into an image. */
    private static final int LAYOUT = 1;

    public BuildInputs {
        push = new Pullspec(push.host(), push.repository(), Optional.empty(), Optional.empty());
        options = Map.copyOf(options);
        secrets = List.copyOf(secrets);
    }

    /** 8 hexadecimal digits. */
    public String hash() {
        return Names.sha256(CanonicalJson.bytes(tree())).substring(0, HASH);
    }

    /**
     * What the image's label says of its inputs, 64 hexadecimal digits: as {@link #hash} and, since an image that somebody
     * else pushed may have the tag, too long for a coincidence; with what the image's own labels say of the base.
     */
    public String fingerprint() {
        Map<String, Object> tree = tree();
        tree.put("base", base.toString());
        tree.put("layout", LAYOUT);
        return Names.sha256(CanonicalJson.bytes(tree));
    }

    private Map<String, Object> tree() {
        var tree = new TreeMap<String, Object>();
        tree.put("rendered", rendered);
        tree.put("containerfile", containerfile);
        tree.put("base", base.digest().map(Object::toString).orElse(base.toString()));
        tree.put("extensions", extensions.orElse(""));
        tree.put("push", push.toString());
        tree.put("options", options);
        tree.put("secrets", secrets);
        return tree;
    }

    /** What is pushed: the repository at a tag that no other inputs have. */
    public Pullspec pushspec() {
        return push.withTag(Names.imageTag(rendered, hash()));
    }

    public String buildName(String machineOSConfig) {
        return Names.build(machineOSConfig, rendered, hash());
    }
}
