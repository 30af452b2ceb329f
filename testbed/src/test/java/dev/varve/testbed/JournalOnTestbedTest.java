package dev.varve.testbed;

import dev.varve.sandbox.Cluster;
import dev.varve.sandbox.scenario.JournalScenario;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import java.util.Map;

@TestbedScenario
class JournalOnTestbedTest extends JournalScenario {
    private Testbed testbed;

    @Override
    protected Cluster open() {
        testbed = Testbed.attach(Integer.getInteger(TestbedScenario.INDEX));
        return testbed;
    }

    @Override
    protected List<Map<String, Object>> entries(String node, Instant since, String... matches) {
        return testbed.journal(node, "varve-agent", since, matches).lines()
                .<Map<String, Object>>map(line -> Serialization.unmarshal(line, Map.class))
                .toList();
    }
}
