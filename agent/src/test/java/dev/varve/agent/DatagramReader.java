package dev.varve.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The receiver of a datagram socket, in Python: the JDK has none. */
final class DatagramReader implements AutoCloseable {
    private static final String END = "--";

    private final Process process;
    private final BufferedReader output;

    DatagramReader(String socket) throws IOException {
        process = new ProcessBuilder("python3", "-c", """
                import socket, sys
                s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
                s.bind(sys.argv[1])
                print("bound", flush=True)
                while True:
                    sys.stdout.buffer.write(s.recv(1 << 20).rstrip(b"\\n") + b"\\n--\\n")
                    sys.stdout.flush()
                """, socket).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        output = process.inputReader(StandardCharsets.UTF_8);
        assertThat(output.readLine()).isEqualTo("bound");
    }

    /** The next datagram's text, as soon as there is one. */
    String next() throws IOException {
        var text = new StringBuilder();
        for (String line = output.readLine(); line != null && !line.equals(END); line = output.readLine()) {
            text.append(line).append('\n');
        }
        return text.toString();
    }

    @Override
    public void close() {
        process.destroy();
    }
}
