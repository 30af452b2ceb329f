package dev.varve.sandbox.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.sandbox.host.bus.BusError;
import java.util.function.Consumer;

/** What every group of the contract's cases works with. */
interface Cases {
    /** Between a number and its unit. */
    String NBSP = "\u00a0";
    String SIZE = "[0-9.]+" + NBSP + "([kMG]B|bytes?)";

    HostUnderTest host();

    RpmOstreeWire wire();

    static Consumer<BusError> busy(String title) {
        return error -> {
            assertThat(error.name()).isEqualTo(RpmOstreeWire.BUSY);
            assertThat(error.text())
                    .isEqualTo("Transaction in progress: " + title + "\n You can cancel the current transaction with `rpm-ostree cancel`");
        };
    }
}
