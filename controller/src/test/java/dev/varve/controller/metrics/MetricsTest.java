package dev.varve.controller.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MetricsTest {
    private final Metrics metrics = new Metrics();

    @Test
    void writesPrometheusText() {
        metrics.poolNodes("layered", "done", 3);
        metrics.budgetUsed("layered", 1);
        metrics.buildEnded("layered", "succeeded");
        metrics.buildEnded("layered", "succeeded");
        metrics.reconciled("rollout", 0.25);
        metrics.reconciled("rollout", 0.5);

        assertThat(metrics.text())
                .contains(
                        "# TYPE varve_pool_nodes gauge\nvarve_pool_nodes{pool=\"layered\",state=\"done\"} 3\n",
                        "varve_pool_budget_used{pool=\"layered\"} 1\n",
                        "varve_builds_total{pool=\"layered\",result=\"succeeded\"} 2\n",
                        "varve_reconcile_seconds_count{loop=\"rollout\"} 2\n",
                        "varve_reconcile_seconds_sum{loop=\"rollout\"} 0.750000\n");
    }

    @Test
    void escapesLabels() {
        metrics.budgetUsed("a\"b\\c\nd", 1);

        assertThat(metrics.text()).contains("{pool=\"a\\\"b\\\\c\\nd\"} 1");
    }

    @Test
    void forgetsAPoolButNotWhatWasCounted() {
        metrics.poolNodes("layered", "done", 3);
        metrics.poolNodes("layered-2", "done", 4);
        metrics.buildEnded("layered", "failed");

        metrics.forget("layered");

        assertThat(metrics.text())
                .doesNotContain("varve_pool_nodes{pool=\"layered\"")
                .contains("varve_pool_nodes{pool=\"layered-2\"", "varve_builds_total{pool=\"layered\"");
    }
}
