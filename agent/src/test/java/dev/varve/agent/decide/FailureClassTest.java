package dev.varve.agent.decide;

import static dev.varve.agent.decide.FailureClass.Credentials;
import static dev.varve.agent.decide.FailureClass.Permanent;
import static dev.varve.agent.decide.FailureClass.Space;
import static dev.varve.agent.decide.FailureClass.Transient;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.varve.contract.AgentPolicy;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The texts of rpm-ostree-dbus.md 7.4, as a real rpm-ostree said them, and those of 2.11. */
class FailureClassTest {
    private static final String P = "Creating importer: failed to invoke method OpenImage: failed to invoke method OpenImage: ";
    private static final AgentPolicy.Retry RETRY = AgentPolicy.Retry.DEFAULT;

    static Stream<Arguments> texts() {
        return Stream.of(
                arguments(Permanent, P + "reading manifest sha256:1 in registry:5000/os: manifest unknown"),
                arguments(Transient, P + "pinging container registry H: Get \"http://H/v2/\": dial tcp H: connect: connection refused"),
                arguments(Transient, P + "pinging container registry H: Get \"https://H/v2/\": dial tcp: lookup H on 10.0.0.10:53: no such host"),
                arguments(Credentials, P + "reading manifest sha256:1 in registry:5000/os: authentication required"),
                arguments(Credentials, P + "getting username and password: reading JSON file \"/proc/self/fd/100\": unmarshaling JSON at"),
                arguments(Permanent, P + "invalid reference format"),
                arguments(Permanent, "Preparing import: Fetching manifest: containers-policy.json specifies a default of"
                        + " `insecureAcceptAnything`; refusing usage"),
                arguments(Permanent, "Preparing import: Fetching manifest: Target image does not have ostree.bootable label"),
                arguments(Permanent, "Preparing import: Fetching manifest: Image has architecture arm64; expected amd64"),
                arguments(Transient, "Importing: failed to invoke method GetBlob: failed to invoke method GetBlob: Get \"http://H\":"
                        + " dial tcp H: connect: connection refused"),
                arguments(Transient, "Importing: Parsing layer blob D: proxy failure: failed to invoke method FinishPipe:"
                        + " unexpected EOF (while reconnecting: ...) and client error: ..."),
                arguments(Transient, "Importing: failed to invoke method GetBlob: fetching blob: blob unknown to registry"),
                arguments(Transient, "Importing: failed to invoke method FinishPipe: corrupted blob, expecting sha256:1"),
                arguments(Space, "Importing: Unencapsulating base: Importing commit: Writing content object:"
                        + " min-free-space-size 245760MB would be exceeded, at least 1.0\u00a0MB requested"),
                arguments(Space, "Importing: Parsing layer blob D: error: ostree-tar: min-free-space-percent '3%' would be exceeded,"
                        + " at least 8.4\u00a0MB requested: Processing tar: Failed to commit tar: ExitStatus(unix_wait_status(256))"),
                arguments(Space, "Importing: Parsing layer blob D: error: ostree-tar: fallocate: No space left on device:"
                        + " Processing tar: Failed to commit tar"),
                arguments(Permanent, "Staging deployment: Initializing deployment: Failed to find kernel in /usr/lib/modules"),
                arguments(Permanent, "Sanity-checking final rootfs: bwrap(/usr/bin/true): Child process killed by signal 1"),
                arguments(Transient, "Expected staged base checksum X, but found sha256:2"),
                arguments(Transient, "No pending staged deployment found"),
                arguments(Transient, "Checking systemd inhibitor locks: GDBus.Error:org.freedesktop.DBus.Error.ServiceUnknown:"
                        + " The name org.freedesktop.login1 was not provided"),
                arguments(Transient, "Reboot blocked by a systemd inhibitor lock in `block` mode\nHeld by: W\nReason: Y"),
                arguments(Transient, "Transaction in progress: rebase\n You can cancel the current transaction with `rpm-ostree cancel`"),
                arguments(Transient, "System transaction in progress"),
                arguments(Transient, "Operation was cancelled"),
                arguments(Transient, "Old and new refs are equal: ostree-unverified-registry:registry:5000/os@sha256:1"),
                // 2.11
                arguments(Credentials, "reading manifest sha256:1 in quay.io/x/y: unauthorized: access to the requested resource is not authorized"),
                arguments(Credentials, "Requesting bearer token: invalid status code from registry 403 (Forbidden)"),
                arguments(Permanent, "Source image rejected: A signature was required, but no signature exists"),
                arguments(Transient, "Get \"https://registry/v2/\": x509: certificate signed by unknown authority"),
                arguments(Transient, "received unexpected HTTP status: 503 Service Unavailable"),
                arguments(Transient, "toomanyrequests: too many requests"),
                arguments(Transient, "something that nobody has ever seen"));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void classifiesByWhatTheHostSaid(FailureClass expected, String text) {
        assertThat(FailureClass.of(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource(FailureClass.class)
    void theSentenceNamesTheImageTheCauseAndWhatHappensNext(FailureClass kind) {
        String sentence = kind.sentence(Facts.B, "the host's own words");
        assertThat(sentence).contains(Facts.B.abbreviated(), "the host's own words", "tried again");
    }

    @Test
    void aFullDiskSaysHowMuchIsNeeded() {
        assertThat(Space.sentence(Facts.B, "min-free-space-percent '3%' would be exceeded, at least 8.4\u00a0MB requested"))
                .contains("at least 8.4 MB more is needed", "rpm-ostree cleanup");
    }

    @Test
    void credentialsNameTheRegistry() {
        assertThat(Credentials.sentence(Facts.B, "no")).contains("registry.example:5000", "pull secret");
    }

    @Test
    void onlyTransientFailuresBackOff() {
        assertThat(Transient.waitAfter(1, RETRY, 1)).contains(Duration.ofSeconds(10));
        assertThat(Transient.waitAfter(1, RETRY, 0)).contains(Duration.ofSeconds(5));
        assertThat(Transient.waitAfter(3, RETRY, 1)).contains(Duration.ofSeconds(40));
        assertThat(Transient.waitAfter(99, RETRY, 1)).contains(Duration.ofMinutes(5));
        assertThat(Credentials.waitAfter(1, RETRY, 0)).contains(Duration.ofMinutes(5));
        assertThat(Permanent.waitAfter(1, RETRY, 0)).isEqualTo(Optional.empty());
    }
}
