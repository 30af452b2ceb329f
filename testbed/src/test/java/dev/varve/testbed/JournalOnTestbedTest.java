package dev.varve.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.sandbox.Cluster;
import dev.varve.sandbox.scenario.JournalScenario;
import dev.varve.testbed.host.Command;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.InputStream;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;

@TestbedScenario
class JournalOnTestbedTest extends JournalScenario {
    private static final String CLASSES = "/var/lib/varve/test";

    private Testbed testbed;

    @Override
    protected Cluster open() {
        testbed = Testbed.attach(Integer.getInteger(TestbedScenario.INDEX));
        return testbed;
    }

    @Override
    protected List<Map<String, Object>> entries(String node, Instant since, String... matches) {
        return testbed.journal(node, since, matches).lines()
                .<Map<String, Object>>map(line -> Serialization.unmarshal(line, Map.class))
                .toList();
    }

    /** By the agent's own runtime and code, which have no main for it: that one class comes by the directory of the agent's state. */
    @Override
    protected void writeFromAgentsPod(String node, String phase, int size) throws Exception {
        String name = LongEntry.class.getName().replace('.', '/') + ".class";
        byte[] code;
        try (InputStream in = LongEntry.class.getClassLoader().getResourceAsStream(name)) {
            code = in.readAllBytes();
        }
        String file = CLASSES + "/" + name;
        good(testbed.in(node, "sh", "-c", "mkdir -p $(dirname " + file + ") && echo " + Base64.getEncoder().encodeToString(code)
                + " | base64 -d > " + file));
        try {
            good(testbed.inAgent(node, "/opt/varve/java/bin/java", "@/opt/varve/java.args", "-cp", CLASSES + ":/opt/varve/app/*:/opt/varve/lib/*",
                    LongEntry.class.getName(), phase, size));
        } finally {
            testbed.in(node, "rm", "-rf", CLASSES);
        }
    }

    private static void good(Command.Ended ended) {
        assertThat(ended.code()).as(ended.error()).isZero();
    }
}
