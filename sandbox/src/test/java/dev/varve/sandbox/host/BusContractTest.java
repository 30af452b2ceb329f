package dev.varve.sandbox.host;

import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The contract, of the rpm-ostree on any bus (docs/testing.md). */
@EnabledIfSystemProperty(named = "varve.bus", matches = ".+")
class BusContractTest extends RpmOstreeContract {

    @Override
    HostUnderTest ready() throws Exception {
        return BusHost.fromProperties();
    }
}
