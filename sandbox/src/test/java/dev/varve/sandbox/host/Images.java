package dev.varve.sandbox.host;

import dev.varve.contract.Digest;
import dev.varve.contract.Pullspec;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A registry in memory. */
final class Images implements ImageSource {
    static final Pullspec FACTORY = pullspec('f');
    static final Pullspec NEW = pullspec('a');
    static final Pullspec NEWER = pullspec('b');
    static final Pullspec MISSING = pullspec('0');
    static final Pullspec UNBOOTABLE = pullspec('1');
    static final Pullspec FOREIGN = pullspec('2');
    /** An index, whose image for this platform is {@link #NEW}. */
    static final Pullspec INDEX = pullspec('3');
    static final Pullspec TAG = Pullspec.parse("registry.example:5000/os/images:new");
    static final Pullspec PRIVATE = pullspec('4');
    static final Pullspec UNREACHABLE = Pullspec.parse("nobody-listens.example:5000/os/images@sha256:" + "5".repeat(64));
    /** Each layer of it takes a second. */
    static final Pullspec SLOW = pullspec('6');
    /** Its second layer is lost. */
    static final Pullspec WITHOUT_LAYER = pullspec('7');
    static final String FACTORY_VERSION = "417.94.202408190141-0";

    private static final Duration SLOW_LAYER = Duration.ofSeconds(1);
    private final Map<Digest, ImageFacts> known = new ConcurrentHashMap<>();
    private final AtomicInteger layersOut = new AtomicInteger();
    private volatile boolean down;

    Images() {
        Instant created = Instant.parse("2024-08-20T14:40:42Z");
        for (Pullspec image : new Pullspec[] {FACTORY, NEW, NEWER, SLOW, WITHOUT_LAYER}) {
            add(ImageFacts.bootable(image.requireDigest(), FACTORY_VERSION, created));
        }
        known.put(INDEX.requireDigest(), known.get(NEW.requireDigest()));
        ImageFacts plain = ImageFacts.bootable(UNBOOTABLE.requireDigest(), "1", created);
        add(new ImageFacts(plain.digest(), false, "amd64", "1", created, plain.layers()));
        add(new ImageFacts(FOREIGN.requireDigest(), true, "arm64", "1", created, plain.layers()));
    }

    /** Nobody listens any more. */
    void down() {
        down = true;
    }

    /** How many layers were handed out so far. */
    int layersOut() {
        return layersOut.get();
    }

    @Override
    public void fetchLayer(Pullspec image, ImageFacts.Layer layer) throws ImageFetchException, InterruptedException {
        if (down) {
            throw ImageFetchException.layerRefused(image, layer);
        }
        if (image.equals(WITHOUT_LAYER) && layer.equals(known.get(image.requireDigest()).layers().get(1))) {
            throw ImageFetchException.layerUnknown();
        }
        layersOut.incrementAndGet();
        if (image.equals(SLOW)) {
            Thread.sleep(SLOW_LAYER);
        }
    }

    private void add(ImageFacts image) {
        known.put(image.digest(), image);
    }

    @Override
    public ImageFacts fetch(Pullspec image) throws ImageFetchException {
        if (down || image.host().equals(UNREACHABLE.host())) {
            throw ImageFetchException.connectionRefused(image);
        }
        if (image.equals(PRIVATE)) {
            throw ImageFetchException.authenticationRequired(image);
        }
        ImageFacts facts = known.get(image.requireDigest());
        if (facts == null) {
            throw ImageFetchException.manifestUnknown(image);
        }
        return facts;
    }

    private static Pullspec pullspec(char digit) {
        return Pullspec.parse("registry.example:5000/os/images@sha256:" + String.valueOf(digit).repeat(64));
    }
}
