package dev.varve.sandbox.host;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * What rpm-ostree says on the wire, as seen on v2025.8 (rpm-ostree-dbus.md section 7). It runs unchanged against whatever claims to be
 * one; its subclasses say only which host that is. Uses nothing but the bus, the peer socket and the file of the stage.
 */
abstract class RpmOstreeContract implements TransactionCases, PullCases, StageCases, FailureCases, FinalizeCases, DeathCases, CallerCases {
    private HostUnderTest host;
    private RpmOstreeWire wire;

    /** As if freshly booted. */
    abstract HostUnderTest ready() throws Exception;

    @BeforeEach
    void connect() throws Exception {
        host = ready();
        wire = new RpmOstreeWire(host.busSocket(), host.run());
    }

    @AfterEach
    void leave() throws Exception {
        if (wire != null) {
            wire.close();
        }
        if (host != null) {
            host.close();
        }
    }

    @Override
    public HostUnderTest host() {
        return host;
    }

    @Override
    public RpmOstreeWire wire() {
        return wire;
    }
}
