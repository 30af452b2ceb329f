package dev.varve.controller.decide.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerfileCheckTest {

    @ParameterizedTest
    @ValueSource(strings = {
        "",
        "# only a comment\n",
        "FROM configs AS final\nRUN rpm-ostree install tree && \\\n    ostree container commit",
        "from configs\nrun x",
        "FROM configs\r\nRUN x \\\r\n  y\r\n",
        "FROM quay.io/a/b:1 AS build\nRUN make\nFROM configs AS final\nCOPY --from=build /a /b\n",
        "FROM configs AS one\nRUN x\nFROM one\nRUN y\n",
        "ARG BASE=configs\nFROM ${BASE} AS final\n",
        "ARG BASE\nFROM $BASE\n",
        "FROM --platform=linux/amd64 configs\n",
        "FROM configs\nRUN <<EOF\nFROM nothing\nBOGUS\nEOF\nRUN x",
        "FROM configs\nRUN <<-'END' cat\n\tx\n\tEND\n",
        "FROM configs\nCOPY <<ONE <<TWO /etc/\na\nONE\nb\nTWO\n",
        "FROM configs\nRUN cat <<< word && echo $((1<<3))\n",
        "FROM configs\nRUN a \\\n# a comment in between\n\n  b\n",
        "# escape=`\nFROM configs\nRUN dir C:\\\nRUN a `\n b\n",
        "FROM configs\nCOPY [\"a b\", \"/c\"]\nENV A=1 B=2\nENV OLD form\nHEALTHCHECK NONE\nONBUILD RUN x\n",
    })
    void accepts(String text) {
        assertThat(ContainerfileCheck.check(text).problems()).isEmpty();
    }

    static Stream<Arguments> bad() {
        return Stream.of(
                Arguments.of("FROM configs\nINSTALL tree\n", "Containerfile line 2: unknown Dockerfile instruction: INSTALL"),
                Arguments.of("FROM configs\n\n# c\nRUN \\\n\n", "Containerfile line 4: RUN instruction requires a command"),
                Arguments.of("FROM configs\nCOPY a\n", "Containerfile line 2: COPY instruction requires source and destination paths"),
                Arguments.of("FROM configs\nCOPY --from=x --chown=1:1\n", "Containerfile line 2: COPY instruction requires source and destination paths"),
                Arguments.of("FROM\n", "Containerfile line 1: FROM instruction requires a base image"),
                Arguments.of("FROM configs final\n", "Containerfile line 1: FROM instruction requires a base image, and AS <name> if it has a name"),
                Arguments.of("FROM configs\nWORKDIR\n", "Containerfile line 2: WORKDIR instruction requires a directory path"),
                Arguments.of("FROM configs\nENV A\n", "Containerfile line 2: ENV instruction must use key=value form"),
                Arguments.of("RUN x\nFROM configs\n", "Containerfile line 1: RUN stands before the first FROM; only ARG may"),
                Arguments.of("ARG A=1\n", "Containerfile must contain at least one FROM instruction; begin with FROM configs AS final"),
                Arguments.of("FROM configs AS a\nFROM quay.io/x/y AS b\n",
                        "Containerfile line 2: the last stage does not build upon configs; make it FROM configs AS final"),
                Arguments.of("ARG B=quay.io/x/y\nFROM ${B}\n",
                        "Containerfile line 2: the last stage does not build upon configs; make it FROM configs AS final"),
                Arguments.of("FROM quay.io/x/y AS configs\nFROM configs\n", "Containerfile line 1: the stage name configs is taken; choose another"),
                Arguments.of("FROM configs\nRUN <<EOF\nx\nEOF2\n",
                        "Containerfile line 2: the here-document EOF does not end; add a line with EOF alone"));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void refuses(String text, String problem) {
        assertThat(ContainerfileCheck.check(text).problems()).contains(problem);
    }

    @Test
    void splitsBeforeTheFirstStage() {
        Containerfile file = ContainerfileCheck.check("# escape=`\nARG A=1\n\nFROM configs\nRUN x\n\n");
        assertThat(file.preamble()).isEqualTo("# escape=`\nARG A=1\n\n");
        assertThat(file.body()).isEqualTo("FROM configs\nRUN x\n");
        assertThat(ContainerfileCheck.check("# nothing").body()).isEmpty();
    }
}
