package dev.varve.sandbox.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.varve.sandbox.host.bus.Call;
import dev.varve.sandbox.host.bus.MainLoop;
import dev.varve.sandbox.host.bus.PeerServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransactionTest {
    private final Transaction.Host host = mock();

    /** A client that is killed on its way to the reboot: the bus says that it has gone before its Start has been read from the peer's socket. */
    @Test
    void startsNothingOnceItIsDropped(@TempDir Path directory) throws Exception {
        try (var loop = new MainLoop("test")) {
            var request = new TransactionRequest("FinalizeDeployment", "/", ":1.1", List.of(), "finalize", "finalize", _ -> Work.Then.REBOOT);
            var transaction = new Transaction(request, directory.resolve("socket"), loop, Duration.ofSeconds(30), host);
            transaction.drop();
            Call start = mock();
            when(start.member()).thenReturn("Start");
            transaction.handle(mock(PeerServer.Peer.class), start);
            assertThat(transaction.started()).isFalse();
            verify(start, never()).answer(any(), any(Object[].class));
            verify(host).cleared(transaction);
        }
    }
}
