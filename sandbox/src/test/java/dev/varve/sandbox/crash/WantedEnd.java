package dev.varve.sandbox.crash;

import dev.varve.agent.decide.Attempt;
import dev.varve.agent.decide.Cordon;
import dev.varve.agent.decide.Trouble;
import dev.varve.agent.state.AttemptFile;
import dev.varve.agent.state.JacksonJson;
import dev.varve.contract.Keys;
import dev.varve.contract.Pullspec;
import dev.varve.sandbox.Sandbox;
import dev.varve.sandbox.scenario.Scene;
import java.util.List;
import java.util.Map;

/**
 * The one end of an update, whatever befalls it: the node runs the image and is Done. Where the image does not boot there, it
 * runs what it ran before, is Degraded, says why, and has the digest on its list of rejected ones, on disk and on the Node. That
 * end comes by rows 5a and 7 of the agent's table (agent.md section 2) also through a power cut: one before finalisation loses
 * the stage (5b), which is then staged again, booted, and rejected; one after it only adds a boot, in which the image
 * is found among the deployments but not booted (5a); and once the digest is on disk no boot leads to anything else. The node
 * serves, or is held where a person had cordoned it beforehand, and no boot that comes later tries the image again.
 *
 * @param before what the node ran when it began
 */
record WantedEnd(Sandbox sandbox, Scene scene, String node, Run run, Pullspec image, Pullspec before) {

    /** What is wanting to it; "" where nothing is. */
    String missing() {
        Map<String, String> said = Map.of(
                "image", scene.annotation(node, Keys.CURRENT_IMAGE), "state", scene.annotation(node, Keys.STATE),
                "phase", scene.annotation(node, Keys.PHASE), "reason", scene.annotation(node, Keys.REASON));
        if (!said.equals(words())) {
            return "the node says " + said;
        }
        if (scene.annotation(node, Keys.REJECTED).contains(image.requireDigest().toString()) != run.broken()) {
            return "the node's list of rejected images is " + scene.annotation(node, Keys.REJECTED);
        }
        if (scene.cordoned(node) != run.held()) {
            return run.held() ? "the cordon of a person is lost" : "its cordon is left";
        }
        if (!sandbox.isUp(node) || sandbox.bootedImage(node).filter(runs()::equals).isEmpty()) {
            return "the machine does not run " + runs();
        }
        List<Pullspec> bootOrder = sandbox.deployments(node);
        if (run.broken() && !bootOrder.stream().limit(1).toList().equals(List.of(runs()))) {
            return "the next boot would be into the first of " + bootOrder;
        }
        Attempt attempt = new AttemptFile(sandbox.stateDirectory(node), new JacksonJson()).load().attempt();
        return settled(attempt) ? "" : "the attempt on disk is not settled: " + attempt;
    }

    private Pullspec runs() {
        return run.broken() ? before : image;
    }

    private Map<String, String> words() {
        return run.broken()
                ? Map.of("image", before.toString(), "state", "Degraded", "phase", "Failed", "reason", reason())
                : Map.of("image", image.toString(), "state", "Done", "phase", "Idle", "reason", "");
    }

    private String reason() {
        return image.abbreviated() + " did not survive its boot on this node: it was booted and the host came back without it"
                + " (boot guard, greenboot, boot loader or a person); see journalctl -b -1; the node is back on its previous image"
                + " and does not try this one again";
    }

    private boolean settled(Attempt attempt) {
        return attempt.target().filter(image::equals).isPresent()
                && attempt.cordon() == (run.held() ? Cordon.Held : Cordon.None)
                && attempt.finalization().isEmpty()
                && attempt.rollBack().isEmpty()
                && attempt.health().isEmpty()
                && attempt.rejects(image) == run.broken()
                && attempt.trouble().filter(Trouble::permanent).isPresent() == run.broken()
                && attempt.confirmed().filter(confirmed -> confirmed.image().equals(runs())).isPresent();
    }
}
