package dev.varve.agent.loop;

import dev.varve.agent.decide.Step;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One sentence in the log for each change of what is done or why, and for each new thing that goes wrong. */
final class Say {
    private final Logger log = LoggerFactory.getLogger("dev.varve.agent");
    private String doing = "";
    private String wrong = "";

    void step(Step step) {
        String sentence = step.phase() + ": " + step.reason();
        if (sentence.equals(doing)) {
            return;
        }
        doing = sentence;
        if (step instanceof Step.Refuse || step instanceof Step.RollBack) {
            log.warn("{}", sentence);
        } else {
            log.info("{}", sentence);
        }
    }

    void wrong(String sentence) {
        if (!sentence.equals(wrong)) {
            wrong = sentence;
            log.warn("{}", sentence);
        }
    }

    /** Nothing is wrong yet: it is so at every start, for a moment. */
    void waits(String sentence) {
        if (!sentence.equals(wrong)) {
            wrong = sentence;
            log.info("{}", sentence);
        }
    }

    void broken(String sentence, Throwable cause) {
        log.error("{}", sentence, cause);
    }

    void right() {
        wrong = "";
    }
}
