package dev.varve.controller.decide.retention;

import dev.varve.contract.Digest;
import dev.varve.contract.Pullspec;
import dev.varve.controller.decide.retention.Retention.Superfluous;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which images of a pool nobody needs (controller.md section 2). Pure: same facts, same answer. Whoever is in doubt keeps: an
 * image that stays costs room, one that is gone costs a node.
 *
 * <p>Images are told apart by digest, since that is what nodes run and what a registry deletes; several builds, tags and
 * repositories may have one and the same. One that another pool has built, too, stays for as long as that pool has it.
 */
public final class RetentionPolicy {
    /** Nodes named in one sentence. */
    private static final int NAMED = 3;

    public Retention decide(RetentionFacts facts) {
        Map<Digest, String> reasons = reasons(facts);
        var kept = new LinkedHashMap<Pullspec, String>();
        var superfluous = new LinkedHashMap<Pullspec, List<String>>();
        own(facts).stream().sorted(Comparator.comparing(BuiltImage::ended).thenComparing(BuiltImage::build)).forEach(built -> {
            String reason = reasons.get(built.digest());
            if (reason == null) {
                superfluous.computeIfAbsent(built.image(), image -> new ArrayList<>()).add(built.build());
            } else {
                kept.put(built.image(), reason);
            }
        });
        Optional<String> held = superfluous.isEmpty() ? Optional.empty() : held(facts);
        held.ifPresent(why -> {
            superfluous.keySet().forEach(image -> kept.put(image, why));
            superfluous.clear();
        });
        return new Retention(
                superfluous.entrySet().stream().map(entry -> new Superfluous(entry.getKey(), entry.getValue())).toList(), kept, held);
    }

    private static Optional<String> held(RetentionFacts facts) {
        if (!facts.settled()) {
            return Optional.of("no image of pool " + facts.pool() + " is deleted before all its nodes run its newest one");
        }
        if (facts.silent().isEmpty()) {
            return Optional.empty();
        }
        List<String> named = facts.silent().stream().sorted().limit(NAMED).toList();
        int more = facts.silent().size() - named.size();
        return Optional.of("no image of pool " + facts.pool() + " is deleted: " + String.join(", ", named)
                + (more > 0 ? " and " + more + " more" : "")
                + (facts.silent().size() == 1 ? " has" : " have") + " not said what could be rolled back to there; a node says it when it is"
                + " next updated, and one that is gone for good can be deleted");
    }

    /** Why a digest stays, of each that does; who uses it says more than that it is new. */
    private static Map<Digest, String> reasons(RetentionFacts facts) {
        var reasons = new HashMap<Digest, String>();
        newest(facts).forEach(digest -> reasons.put(digest, facts.keep() == 1
                ? "it is the newest of pool " + facts.pool()
                : "it is one of the newest " + facts.keep() + " of pool " + facts.pool()));
        facts.images().stream()
                .filter(built -> !built.pool().equals(facts.pool()))
                .forEach(built -> reasons.put(built.digest(), "pool " + built.pool() + " has built it, too"));
        facts.uses().forEach(use -> reasons.put(use.digest(), use.by()));
        return reasons;
    }

    /** Builds end within the same second, which is all that an API server's times tell: of two the one in use is the newer. */
    private static Set<Digest> newest(RetentionFacts facts) {
        Set<Digest> used = facts.uses().stream().map(ImageUse::digest).collect(Collectors.toSet());
        Map<Digest, Instant> ended = own(facts).stream()
                .collect(Collectors.toMap(BuiltImage::digest, BuiltImage::ended, (one, other) -> one.isAfter(other) ? one : other));
        return ended.entrySet().stream()
                .sorted(Map.Entry.<Digest, Instant>comparingByValue().reversed()
                        .thenComparing(entry -> !used.contains(entry.getKey()))
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(facts.keep())
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(HashSet::new));
    }

    private static List<BuiltImage> own(RetentionFacts facts) {
        return facts.images().stream().filter(built -> built.pool().equals(facts.pool())).toList();
    }
}
