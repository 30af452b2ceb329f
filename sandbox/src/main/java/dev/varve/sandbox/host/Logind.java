package dev.varve.sandbox.host;

import dev.varve.sandbox.host.bus.BusError;
import dev.varve.sandbox.host.bus.Call;
import dev.varve.sandbox.host.bus.Service;
import java.util.List;
import org.freedesktop.dbus.types.UInt32;

/** logind, as far as it lists who holds up a shutdown. */
final class Logind implements Service {
    static final String NAME = "org.freedesktop.login1";
    private final List<Inhibitor> inhibitors;

    /** @param inhibitors read anew for each answer */
    Logind(List<Inhibitor> inhibitors) {
        this.inhibitors = inhibitors;
    }

    @Override
    public void handle(Call call) throws BusError {
        if (!call.member().equals("ListInhibitors")) {
            throw OsMethods.unknown(call);
        }
        List<Object[]> rows = inhibitors.stream()
                .map(one -> new Object[] {one.what(), one.who(), one.why(), one.mode(), new UInt32(0), new UInt32(1)})
                .toList();
        call.answer("a(ssssuu)", rows);
    }
}
