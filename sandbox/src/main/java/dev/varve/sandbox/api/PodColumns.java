package dev.varve.sandbox.api;

import com.fasterxml.jackson.databind.JsonNode;

/** A pod's READY, STATUS and RESTARTS: the short version of apiserver's {@code printPod}. */
final class PodColumns {
    private PodColumns() {}

    static String ready(JsonNode pod) {
        long ready = pod.path("status").path("containerStatuses").valueStream()
                .filter(status -> status.path("ready").asBoolean())
                .count();
        return ready + "/" + pod.path("spec").path("containers").size();
    }

    static String restarts(JsonNode pod) {
        int restarts = pod.path("status").path("containerStatuses").valueStream()
                .mapToInt(status -> status.path("restartCount").asInt())
                .sum();
        return Integer.toString(restarts);
    }

    static String status(JsonNode pod) {
        if (pod.path("metadata").has("deletionTimestamp")) {
            return "Terminating";
        }
        JsonNode status = pod.path("status");
        String shown = status.has("reason") ? status.path("reason").asText() : status.path("phase").asText("Unknown");
        for (JsonNode container : status.path("containerStatuses")) {
            JsonNode state = container.path("state");
            JsonNode terminated = state.path("terminated");
            if (state.path("waiting").has("reason")) {
                shown = state.path("waiting").path("reason").asText();
            } else if (terminated.isObject()) {
                shown = terminated.path("reason").asText("ExitCode:" + terminated.path("exitCode").asInt());
            }
        }
        return shown;
    }
}
