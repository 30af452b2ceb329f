package dev.varve.agent.loop;

import dev.varve.agent.decide.Attempt;
import dev.varve.agent.decide.Decision;
import dev.varve.agent.decide.Host;
import dev.varve.agent.decide.Step;
import dev.varve.contract.Digest;
import dev.varve.contract.Pullspec;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One sentence in the log for each change of what is done or why, for what has happened, and for each new thing that goes wrong. */
final class Say {
    private final Logger log = LoggerFactory.getLogger("dev.varve.agent");
    private final Consumer<Situation> situation;
    private boolean begun;
    private String doing = "";
    private String wrong = "";

    /** @param situation is told each decision before a word is said of it */
    Say(Consumer<Situation> situation) {
        this.situation = situation;
    }

    /** Once in this life: what the agent has found. */
    void begins(Host host, Attempt before) {
        if (begun) {
            return;
        }
        begun = true;
        String runs = host.booted()
                .flatMap(booted -> booted.image().map(Pullspec::abbreviated).or(() -> booted.digest().map(Digest::abbreviated)))
                .orElse("an image whose name the host does not say");
        String how = before.finalization()
                .filter(asked -> !asked.bootId().equals(host.bootId()))
                .map(asked -> host.booted().filter(booted -> booted.isOf(asked.target())).isPresent()
                        ? ", back from the reboot into it"
                        : ", back from a reboot that was to be into " + asked.target().abbreviated())
                .orElse("");
        log.info("The agent begins: the node runs {} in boot {}{}", runs, host.bootId(), how);
    }

    void step(Decision decision) {
        situation.accept(Situation.of(decision));
        Step step = decision.step();
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

    void happened(boolean warning, String sentence) {
        if (warning) {
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
