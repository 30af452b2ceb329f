package dev.varve.sandbox.api;

import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The kinds of a plain Kubernetes that nodes, rollouts and builds touch, with the names that 1.36 gives them. */
final class BuiltInKinds {
    /** apiVersion, plural, kind, scope, has a status subresource, short names, categories. */
    private static final String TABLE = """
            v1                             namespaces                 Namespace                 cluster    status ns                -
            v1                             nodes                      Node                      cluster    status no                -
            v1                             pods                       Pod                       namespaced status po                all
            v1                             services                   Service                   namespaced status svc               all
            v1                             secrets                    Secret                    namespaced -      -                 -
            v1                             configmaps                 ConfigMap                 namespaced -      cm                -
            v1                             serviceaccounts            ServiceAccount            namespaced -      sa                -
            v1                             events                     Event                     namespaced -      ev                -
            v1                             persistentvolumeclaims     PersistentVolumeClaim     namespaced status pvc               -
            events.k8s.io/v1               events                     Event                     namespaced -      ev                -
            apps/v1                        deployments                Deployment                namespaced status deploy            all
            apps/v1                        daemonsets                 DaemonSet                 namespaced status ds                all
            apps/v1                        replicasets                ReplicaSet                namespaced status rs                all
            apps/v1                        statefulsets               StatefulSet               namespaced status sts               all
            batch/v1                       jobs                       Job                       namespaced status -                 all
            policy/v1                      poddisruptionbudgets       PodDisruptionBudget       namespaced status pdb               -
            coordination.k8s.io/v1         leases                     Lease                     namespaced -      -                 -
            rbac.authorization.k8s.io/v1   roles                      Role                      namespaced -      -                 -
            rbac.authorization.k8s.io/v1   rolebindings               RoleBinding               namespaced -      -                 -
            rbac.authorization.k8s.io/v1   clusterroles               ClusterRole               cluster    -      -                 -
            rbac.authorization.k8s.io/v1   clusterrolebindings        ClusterRoleBinding        cluster    -      -                 -
            apiextensions.k8s.io/v1        customresourcedefinitions  CustomResourceDefinition  cluster    status crd,crds          api-extensions
            """;

    private BuiltInKinds() {}

    static List<Kind> all() {
        return TABLE.lines().map(line -> kind(line.split(" +"))).toList();
    }

    private static Kind kind(String[] row) {
        int slash = row[0].indexOf('/');
        String group = slash < 0 ? "" : row[0].substring(0, slash);
        return new Kind(
                group, row[0].substring(slash + 1), row[2], row[1], row[2].toLowerCase(Locale.ROOT),
                row[3].equals("namespaced"), row[4].equals("status"), false, names(row[5]), names(row[6]),
                BuiltInColumns.of(row[1]), MissingNode.getInstance());
    }

    private static List<String> names(String cell) {
        return Stream.of(cell.split(",")).filter(name -> !name.equals("-")).toList();
    }
}
