package dev.varve.agent.rpmostree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.varve.agent.host.HostException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SocketAddressTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "unix:path=/run/rpm-ostree-transaction.sock | /host/run/rpm-ostree-transaction.sock",
        "unix:path=/run/x.sock,guid=0123 | /host/run/x.sock",
        "unix:guid=0123,path=/run/x.sock | /host/run/x.sock",
        "unix:path=/tmp/x.sock | /tmp/x.sock",
        "unix:path=/running/x.sock | /running/x.sock",
    })
    void findsWhatTheHostHasInItsRunBelowTheMount(String address, Path socket) {
        assertThat(SocketAddress.pathOnHost(address, Path.of("/host/run"))).isEqualTo(socket);
    }

    @Test
    void refusesAddressesThatJavaCannotReach() {
        assertThatThrownBy(() -> SocketAddress.path("unix:abstract=/x")).isInstanceOf(HostException.class).hasMessageContaining("unix:abstract=/x");
        assertThatThrownBy(() -> SocketAddress.path("tcp:host=x")).isInstanceOf(HostException.class);
    }
}
