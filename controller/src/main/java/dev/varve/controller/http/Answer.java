package dev.varve.controller.http;

/**
 * What a page says.
 *
 * @param status HTTP status code
 */
public record Answer(int status, String contentType, String body) {
    static final String TEXT = "text/plain; charset=utf-8";

    public static Answer text(int status, String body) {
        return new Answer(status, TEXT, body + "\n");
    }

    public static Answer json(String body) {
        return new Answer(200, "application/json", body);
    }

    /** In Prometheus' text format. */
    public static Answer metrics(String body) {
        return new Answer(200, "text/plain; version=0.0.4; charset=utf-8", body);
    }
}
