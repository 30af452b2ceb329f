package dev.varve.agent.loop;

import dev.varve.agent.decide.Attempt;
import dev.varve.agent.decide.Decision;
import dev.varve.agent.decide.Trouble;
import dev.varve.contract.Phase;
import dev.varve.contract.Pullspec;
import java.util.Optional;

/**
 * What a node is in the middle of, for whoever writes the log.
 *
 * @param reason what is done, or waited for, in words
 * @param image the wanted one, empty where none is wanted
 * @param tries which try for the image this is, from 1
 */
public record Situation(Phase phase, String reason, Optional<Pullspec> image, int tries) {
    static Situation of(Decision decision) {
        Attempt attempt = decision.attempt();
        return new Situation(
                decision.step().phase(), decision.step().reason(), attempt.target(), 1 + attempt.trouble().map(Trouble::attempts).orElse(0));
    }
}
