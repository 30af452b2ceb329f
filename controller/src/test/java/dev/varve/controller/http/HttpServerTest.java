package dev.varve.controller.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HttpServerTest {
    private static final InetSocketAddress ANY = new InetSocketAddress("127.0.0.1", 0);

    private final Map<String, Supplier<Answer>> pages = Map.of(
            "/healthz", () -> Answer.text(200, "ok"),
            "/readyz", () -> Answer.text(503, "waiting to read nodes"),
            "/api/pools", () -> Answer.json("{\"größe\":1}"),
            "/broken", () -> {
                throw new IllegalStateException("no");
            });
    private HttpServer server = HttpServer.start(ANY, pages, Duration.ofSeconds(20));

    @AfterEach
    void stop() {
        server.close();
    }

    private Socket connect() throws IOException {
        var socket = new Socket();
        socket.connect(server.address(), 5_000);
        socket.setSoTimeout(10_000);
        return socket;
    }

    /** Sends the text and reads until the server closes. */
    private String exchange(String request) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String request(String method, String path) {
        return method + " " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    }

    @Test
    void servesAPage() throws IOException {
        assertThat(exchange(request("GET", "/healthz")))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("content-length: 3\r\n")
                .endsWith("\r\n\r\nok\n");
    }

    @Test
    void servesJsonInUtf8AndIgnoresTheQuery() throws IOException {
        assertThat(exchange(request("GET", "/api/pools?x=1")))
                .contains("content-type: application/json\r\n", "content-length: 13\r\n")
                .endsWith("{\"größe\":1}");
    }

    @Test
    void answersHeadWithoutABody() throws IOException {
        assertThat(exchange(request("HEAD", "/healthz"))).contains("content-length: 3\r\n").endsWith("\r\n\r\n");
    }

    @Test
    void keepsAConnectionForTheNextRequest() throws IOException {
        String twice = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" + request("GET", "/readyz");

        assertThat(exchange(twice)).contains("200 OK", "503 Service Unavailable", "waiting to read nodes");
    }

    @Test
    void namesThePagesThereAre() throws IOException {
        assertThat(exchange(request("GET", "/nothing"))).contains("404 Not Found", "/api/pools /broken /healthz /readyz");
    }

    @Test
    void aPageThatFailsFailsAlone() throws IOException {
        assertThat(exchange(request("GET", "/broken"))).contains("500 Internal Server Error").doesNotContain("IllegalState");
        assertThat(exchange(request("GET", "/healthz"))).contains("200 OK");
    }

    @Test
    void refusesOtherMethods() throws IOException {
        assertThat(exchange(request("DELETE", "/healthz"))).contains("405 Method Not Allowed", "allow: GET, HEAD");
    }

    @Test
    void refusesBodies() throws IOException {
        assertThat(exchange("GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n"))
                .contains("413 ")
                .contains("connection: close");
    }

    @Test
    void refusesWhatIsNotHttp() throws IOException {
        assertThat(exchange("\u0016\u0003\u0001 nonsense\r\n\r\n")).contains("400 Bad Request");
    }

    @Test
    void refusesHeadersWithoutEnd() throws IOException {
        assertThat(exchange("GET /healthz HTTP/1.1\r\nX: " + "y".repeat(20_000) + "\r\n\r\n")).contains("400 Bad Request");
    }

    @Test
    void closesIdleConnections() throws IOException {
        server.close();
        server = HttpServer.start(ANY, pages, Duration.ofMillis(100));

        try (Socket socket = connect()) {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void boundsTheNumberOfConnections() throws IOException {
        List<Socket> open = new ArrayList<>();
        try {
            for (int i = 0; i < HttpServer.MAX_CONNECTIONS; i++) {
                open.add(connect());
            }
            try (Socket tooMany = connect()) {
                assertThat(tooMany.getInputStream().read()).isEqualTo(-1);
            }
            open.removeLast().close();
            await().untilAsserted(() -> assertThat(answered()).isTrue());
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    private boolean answered() {
        try {
            return exchange(request("GET", "/healthz")).contains("200 OK");
        } catch (IOException refused) {
            return false;
        }
    }

    @Test
    void saysWhereItCannotListen() {
        assertThatThrownBy(() -> HttpServer.start(server.address(), pages))
                .isInstanceOf(HttpException.class)
                .hasMessageContaining("cannot listen on 127.0.0.1:" + server.address().getPort());
    }
}
