package dev.varve.sandbox.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** Carries out one request: which object, which verb, and in which form the answer goes back. */
final class Verbs {
    /** As the real server's default of 30 to 60 minutes: clients renew their watches. */
    private static final Duration LONGEST_WATCH = Duration.ofMinutes(30);
    private static final Set<String> STREAMS = Set.of("exec", "attach", "portforward", "proxy");

    private final Store store;
    private final Kinds kinds;
    private final Clock clock;
    private final Discovery discovery;
    private final Deletes deletes;
    private final Writes writes;
    private final Evictions evictions;
    private final LogSource logs;

    Verbs(Store store, Kinds kinds, Clock clock, RandomGenerator random, LogSource logs) {
        this.logs = logs;
        this.store = store;
        this.kinds = kinds;
        this.clock = clock;
        this.discovery = new Discovery(kinds);
        this.deletes = new Deletes(store, kinds, clock);
        this.writes = new Writes(store, kinds, deletes, clock, random);
        this.evictions = new Evictions(store, kinds, deletes, clock);
    }

    /** @throws StatusException where the request is refused */
    Reply carryOut(Request request) {
        return discovery.reply(request.path()).orElseGet(() -> onTarget(request, Routes.target(kinds, request.path())));
    }

    private Reply onTarget(Request request, Target target) {
        if (!target.subresource().isEmpty() && !(target.status() && target.kind().hasStatus())) {
            return subresource(request, target);
        }
        return switch (request.method()) {
            case "GET" -> target.collection() ? collection(request, target) : Reply.ok(shown(request, target, read(target)));
            case "POST" -> create(request, target);
            case "PUT" -> replace(request, target);
            case "PATCH" -> patch(request, target);
            case "DELETE" -> target.collection() ? deleteAll(request, target) : delete(request, target);
            default -> throw StatusException.methodNotAllowed();
        };
    }

    private Reply subresource(Request request, Target target) {
        boolean pod = target.kind().is("", "pods");
        if (pod && target.subresource().equals("log")) {
            return log(request, target);
        }
        if (pod && STREAMS.contains(target.subresource())) {
            throw new StatusException(501, "NotImplemented",
                    "pods/" + target.subresource() + ": containers are simulated here and cannot be entered");
        }
        boolean known = pod && Set.of("eviction", "binding").contains(target.subresource());
        if (!known) {
            throw StatusException.noSuchPath();
        }
        if (!request.method().equals("POST")) {
            throw StatusException.methodNotAllowed();
        }
        return new Reply.Tree(201, target.subresource().equals("eviction")
                ? evictions.evict(target, request.object(), request.query())
                : bind(target, request.object().path("target").path("name").asText()));
    }

    /** What the container has printed so far; a log that is followed ends there too. */
    private Reply log(Request request, Target target) {
        JsonNode pod = read(new Target(target.kind(), target.namespace(), target.name(), ""));
        String container = request.query("container");
        if (container.isEmpty()) {
            container = pod.path("spec").path("containers").path(0).path("name").asText();
        }
        List<String> lines = logs.log(target.namespace(), target.name(), container).lines().toList();
        String tail = request.query("tailLines");
        int skipped = tail.matches("[0-9]{1,9}") ? Math.max(0, lines.size() - Integer.parseInt(tail)) : 0;
        return new Reply.Text(lines.stream().skip(skipped).map(line -> line + "\n").collect(Collectors.joining()));
    }

    private ObjectNode bind(Target target, String node) {
        writes.update(new Target(target.kind(), target.namespace(), target.name(), ""), false, pod -> {
            String bound = pod.path("spec").path("nodeName").asText();
            if (!bound.isEmpty()) {
                throw StatusException.conflict(target.kind(), target.name(),
                        "pod %s is already assigned to node \"%s\"".formatted(target.name(), bound));
            }
            ObjectNode placed = Trees.copy(pod);
            placed.set("spec", Trees.copy(pod.path("spec")).put("nodeName", node));
            return placed;
        }, false);
        return StatusException.success(201);
    }

    private ObjectNode read(Target target) {
        return store.find(target.kind(), target.namespace(), target.name())
                .orElseThrow(() -> StatusException.notFound(target.kind(), target.name()));
    }

    private JsonNode shown(Request request, Target target, ObjectNode object) {
        return view(request, target.kind()).apply(object);
    }

    /** What the client wants to see of each object. */
    private UnaryOperator<ObjectNode> view(Request request, Kind kind) {
        if (!request.wantsTable()) {
            return kind::view;
        }
        return object -> {
            ObjectNode table = Tables.of(kind, List.of(kind.view(object)), request.query("includeObject"), clock.instant());
            table.withObject("metadata").set("resourceVersion", object.path("metadata").path("resourceVersion"));
            return table;
        };
    }

    private static Selection selection(Request request, Target target) {
        return new Selection(target.namespace(), LabelSelector.parse(request.query("labelSelector")),
                FieldSelector.parse(EventFields.selector(request.query("fieldSelector"), target.kind().group())));
    }

    private Reply collection(Request request, Target target) {
        return request.asks("watch") ? watch(request, target) : list(request, target);
    }

    private Reply list(Request request, Target target) {
        Kind kind = target.kind();
        Store.Listing listing = store.list(kind, selection(request, target));
        List<ObjectNode> items = listing.items().stream().map(kind::view).toList();
        ObjectNode list;
        if (request.wantsTable()) {
            list = Tables.of(kind, items, request.query("includeObject"), clock.instant());
        } else {
            list = Trees.object().put("kind", kind.kind() + "List").put("apiVersion", kind.apiVersion());
            list.putObject("metadata");
            list.putArray("items").addAll(items);
        }
        list.withObject("metadata").put("resourceVersion", Long.toString(listing.version()));
        return Reply.ok(list);
    }

    private Reply watch(Request request, Target target) {
        boolean initial = request.asks("sendInitialEvents");
        Watch watch = store.watch(target.kind(), selection(request, target), initial ? "" : request.query("resourceVersion"));
        String seconds = request.query("timeoutSeconds");
        return new Reply.Stream(
                target.kind(), watch, view(request, target.kind()), request.asks("allowWatchBookmarks"), initial,
                seconds.isEmpty() ? LONGEST_WATCH : Duration.ofSeconds(Long.parseLong(seconds)));
    }

    private Reply create(Request request, Target target) {
        if (!target.collection()) {
            throw StatusException.methodNotAllowed();
        }
        return new Reply.Tree(201, shown(request, target, writes.create(target, request.object(), request.dryRun())));
    }

    private Reply replace(Request request, Target target) {
        if (target.collection()) {
            throw StatusException.methodNotAllowed();
        }
        ObjectNode body = request.object();
        return Reply.ok(shown(request, target, writes.update(target, true, _ -> body, request.dryRun())));
    }

    private Reply patch(Request request, Target target) {
        if (target.collection()) {
            throw StatusException.methodNotAllowed();
        }
        JsonNode body = request.tree();
        Patch patch = Patch.of(request.contentType(), body, target.kind());
        boolean applied = request.contentType().equals(Patch.APPLY);
        return store.step(() -> {
            if (applied && body instanceof ObjectNode object
                    && store.find(target.kind(), target.namespace(), target.name()).isEmpty()) {
                return new Reply.Tree(201, shown(request, target, writes.create(target, object, request.dryRun())));
            }
            return Reply.ok(shown(request, target, writes.update(target, false, patch::apply, request.dryRun())));
        });
    }

    private Reply delete(Request request, Target target) {
        DeleteOptions options = DeleteOptions.of(request.tree(), request.query());
        ObjectNode result = deletes.delete(target.kind(), target.namespace(), target.name(), options);
        return Reply.ok(target.kind().view(result));
    }

    private Reply deleteAll(Request request, Target target) {
        DeleteOptions options = DeleteOptions.of(request.tree(), request.query());
        ObjectNode list = Trees.object().put("kind", target.kind().kind() + "List").put("apiVersion", target.kind().apiVersion());
        list.putObject("metadata");
        ArrayNode items = list.putArray("items");
        for (ObjectNode object : store.list(target.kind(), selection(request, target)).items()) {
            JsonNode metadata = object.path("metadata");
            items.add(target.kind().view(object));
            deletes.delete(target.kind(), metadata.path("namespace").asText(), metadata.path("name").asText(), options);
        }
        return Reply.ok(list);
    }
}
