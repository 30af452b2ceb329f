package dev.varve.agent.loop;

import dev.varve.agent.decide.Attempt;
import dev.varve.agent.decide.Decision;
import dev.varve.agent.decide.Host;
import dev.varve.agent.decide.Step;
import dev.varve.contract.Digest;
import dev.varve.contract.MessageId;
import dev.varve.contract.Pullspec;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;

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
        say(Level.INFO, MessageId.BEGINS, "The agent begins: the node runs " + runs + " in boot " + host.bootId() + how);
    }

    void step(Decision decision) {
        situation.accept(Situation.of(decision));
        Step step = decision.step();
        String sentence = step.phase() + ": " + step.reason();
        if (sentence.equals(doing)) {
            return;
        }
        doing = sentence;
        switch (step) {
            case Step.Refuse _ -> say(Level.WARN, MessageId.REFUSED, sentence);
            case Step.RollBack _ -> say(Level.WARN, MessageId.STEP, sentence);
            default -> say(Level.INFO, MessageId.STEP, sentence);
        }
    }

    void happened(boolean warning, MessageId id, String sentence) {
        say(warning ? Level.WARN : Level.INFO, id, sentence);
    }

    void wrong(String sentence) {
        if (!sentence.equals(wrong)) {
            wrong = sentence;
            say(Level.WARN, MessageId.WRONG, sentence);
        }
    }

    /** Nothing is wrong yet: it is so at every start, for a moment. */
    void waits(String sentence) {
        if (!sentence.equals(wrong)) {
            wrong = sentence;
            say(Level.INFO, MessageId.WAITS, sentence);
        }
    }

    void broken(String sentence, Throwable cause) {
        try (var _ = MDC.putCloseable(MessageId.FIELD, MessageId.BROKEN.id())) {
            log.error("{}", sentence, cause);
        }
    }

    void right() {
        wrong = "";
    }

    /** By the logging context, since java.util.logging's records have no place for fields. */
    private void say(Level level, MessageId id, String sentence) {
        try (var _ = MDC.putCloseable(MessageId.FIELD, id.id())) {
            log.atLevel(level).log("{}", sentence);
        }
    }
}
