package dev.varve.sandbox.quickstart;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.HashMap;
import java.util.Map;

/** Counts the ready replicas of a service at every change, and keeps the fewest there were. */
final class ServiceWatch implements ResourceEventHandler<Pod>, AutoCloseable {
    private final Map<String, Boolean> ready = new HashMap<>();
    private final SharedIndexInformer<Pod> informer;
    private int fewest = Integer.MAX_VALUE;

    /** To be opened once the service has all its replicas. */
    ServiceWatch(KubernetesClient client, String namespace, String app) {
        this.informer = client.pods().inNamespace(namespace).withLabel("app", app).inform();
        synchronized (this) {
            informer.getStore().list().forEach(pod -> ready.put(pod.getMetadata().getUid(), serves(pod)));
            count();
        }
        informer.addEventHandler(this);
    }

    synchronized int fewest() {
        return fewest;
    }

    @Override
    public synchronized void onAdd(Pod pod) {
        ready.put(pod.getMetadata().getUid(), serves(pod));
        count();
    }

    @Override
    public synchronized void onUpdate(Pod before, Pod pod) {
        onAdd(pod);
    }

    @Override
    public synchronized void onDelete(Pod pod, boolean unknown) {
        ready.remove(pod.getMetadata().getUid());
        count();
    }

    private void count() {
        fewest = Math.min(fewest, (int) ready.values().stream().filter(r -> r).count());
    }

    /** Ready and not told to go: as a Service's endpoints count. */
    static boolean serves(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() == null
                && pod.getStatus() != null
                && pod.getStatus().getConditions().stream()
                        .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
    }

    @Override
    public void close() {
        informer.close();
    }
}
