package dev.varve.bench.footprint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read from the kernel and from requests. */
class ReadingsTest {
    @ParameterizedTest
    @CsvSource({
        "GET,   /api/v1/nodes?fieldSelector=metadata.name%3Da&watch=true,          watch nodes",
        "GET,   /api/v1/nodes?fieldSelector=metadata.name%3Da&resourceVersion=0,   list nodes",
        "GET,   /api/v1/pods?fieldSelector=spec.nodeName%3Da,                      list pods",
        "GET,   /api/v1/nodes/a,                                                   get node",
        "PATCH, /api/v1/nodes/a,                                                   patch node",
        "POST,  /api/v1/namespaces/default/events,                                 event",
        "POST,  /api/v1/namespaces/shop/pods/web-1/eviction,                       create eviction",
    })
    void requestsAreCountedByWhatTheyAre(String method, String path, String kind) {
        assertThat(Requests.kind(method, path)).isEqualTo(kind);
    }

    @Test
    void aProgramsNameMayLookLikeFields() {
        assertThat(ProcessFigures.ticks("12 (a) b (c) S 1 1 1 0 -1 4194304 100 0 0 0 7 5 0 0 20 0 1 0 5 0 0")).isEqualTo(12);
    }

    @Test
    void thisProcessCanBeRead() {
        ProcessFigures own = ProcessFigures.of(ProcessHandle.current().pid());
        assertThat(own.anonymousKibibytes()).isPositive().isLessThan(own.residentKibibytes());
        assertThat(own.peakKibibytes()).isGreaterThanOrEqualTo(own.residentKibibytes() / 2);
        assertThat(own.threads()).isPositive();
    }
}
