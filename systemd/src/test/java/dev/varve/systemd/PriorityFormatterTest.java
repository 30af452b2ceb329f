package dev.varve.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PriorityFormatterTest {
    private final PriorityFormatter formatter = new PriorityFormatter();

    @ParameterizedTest
    @CsvSource({"SEVERE,3", "WARNING,4", "INFO,6", "CONFIG,7", "FINE,7"})
    void levelsBecomeSyslogPriorities(String level, int priority) {
        assertThat(formatter.format(new LogRecord(Level.parse(level), "text"))).isEqualTo("<" + priority + ">text\n");
    }

    @Test
    void textFromOutsideCannotForgeALine() {
        assertThat(formatter.format(new LogRecord(Level.INFO, "a\n<0>b\u001b[2J"))).isEqualTo("<6>a?<0>b?[2J\n");
    }

    @Test
    void aStackTraceStaysOnTheLine() {
        LogRecord record = new LogRecord(Level.SEVERE, "failed");
        record.setThrown(new IllegalStateException("why"));
        assertThat(formatter.format(record)).startsWith("<3>failed | java.lang.IllegalStateException: why | ").hasLineCount(1);
    }
}
