package dev.varve.sandbox.kubelet;

import java.util.LinkedHashMap;
import java.util.Map;

/** Output of the containers, kept beyond their pods' lives; the oldest go first. */
final class PodLogs {
    private static final int MAX_CONTAINERS = 500;
    private static final int MAX_CHARACTERS = 1 << 20;

    private final Map<String, StringBuilder> logs = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, StringBuilder> eldest) {
            return size() > MAX_CONTAINERS;
        }
    };

    synchronized void append(String namespace, String pod, String container, String line) {
        StringBuilder log = logs.computeIfAbsent(key(namespace, pod, container), k -> new StringBuilder());
        log.append(line).append('\n');
        if (log.length() > MAX_CHARACTERS) {
            log.delete(0, log.length() - MAX_CHARACTERS);
        }
    }

    /** Empty where there is none. */
    synchronized String log(String namespace, String pod, String container) {
        StringBuilder log = logs.get(key(namespace, pod, container));
        return log == null ? "" : log.toString();
    }

    private static String key(String namespace, String pod, String container) {
        return namespace + "/" + pod + "/" + container;
    }
}
