package dev.varve.sandbox.host;

import dev.varve.sandbox.host.bus.BusError;
import dev.varve.sandbox.host.bus.Call;
import dev.varve.sandbox.host.bus.Owner;
import dev.varve.sandbox.host.bus.Service;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.freedesktop.dbus.DBusPath;
import org.freedesktop.dbus.types.UInt32;
import org.freedesktop.dbus.types.Variant;

/** systemd's manager, as far as an agent or an administrator asks it: the state of a few units, and the life of rpm-ostreed. */
final class Systemd implements Service {
    static final String NAME = "org.freedesktop.systemd1";
    private static final String PATH = "/org/freedesktop/systemd1";
    private static final String MANAGER = "org.freedesktop.systemd1.Manager";
    private static final String UNIT = "org.freedesktop.systemd1.Unit";
    private static final Pattern ESCAPE = Pattern.compile("_([0-9a-f]{2})");
    private static final String RPM_OSTREED = "rpm-ostreed.service";

    private final Owner owner;
    private final Map<String, Supplier<String>> activeStates;
    private final OtherUpdaters others;
    private final Runnable startRpmOstreed;
    private final IntConsumer signalRpmOstreed;
    private int lastJob;

    /** @param activeStates of the machine's own units, by name */
    Systemd(
            Owner owner,
            Map<String, Supplier<String>> activeStates,
            OtherUpdaters others,
            Runnable startRpmOstreed,
            IntConsumer signalRpmOstreed) {
        this.owner = owner;
        this.activeStates = Map.copyOf(activeStates);
        this.others = others;
        this.startRpmOstreed = startRpmOstreed;
        this.signalRpmOstreed = signalRpmOstreed;
    }

    @Override
    public void handle(Call call) throws BusError {
        if (call.iface().equals("org.freedesktop.DBus.Properties")) {
            property(call);
            return;
        }
        switch (call.member() + "(" + call.signature() + ")") {
            case "Subscribe()", "Unsubscribe()" -> call.answer("");
            case "GetUnit(s)" -> call.answer("o", new DBusPath(path(known(call))));
            case "LoadUnit(s)" -> call.answer("o", new DBusPath(path(call.arguments().getFirst().toString())));
            case "StartUnit(ss)" -> start(call, false);
            case "RestartUnit(ss)" -> start(call, true);
            case "KillUnit(ssi)" -> {
                if (known(call).equals(RPM_OSTREED)) {
                    signalRpmOstreed.accept((Integer) call.arguments().getLast());
                }
                call.answer("");
            }
            default -> throw OsMethods.unknown(call);
        }
    }

    private void start(Call call, boolean anew) throws BusError {
        String unit = known(call);
        DBusPath job = new DBusPath(PATH + "/job/" + ++lastJob);
        call.answer("o", job);
        if (unit.equals(RPM_OSTREED)) {
            if (anew) {
                signalRpmOstreed.accept(Running.SIGTERM);
            }
            startRpmOstreed.run();
        }
        owner.signal(PATH, MANAGER, "JobRemoved", "uoss", new UInt32(lastJob), job, unit, "done");
    }

    private void property(Call call) throws BusError {
        String unit = unit(call.path());
        boolean known = isKnown(unit);
        String state = activeStates.getOrDefault(unit, () -> known ? "active" : "inactive").get();
        Map<String, Variant<?>> all = new LinkedHashMap<>();
        all.put("Id", new Variant<>(unit));
        // As the real one has it: whoever asks for a unit that is not there is shown one that is not found.
        all.put("LoadState", new Variant<>(known ? "loaded" : "not-found"));
        all.put("ActiveState", new Variant<>(state));
        if (call.member().equals("GetAll")) {
            call.answer("a{sv}", all);
            return;
        }
        Variant<?> value = all.get(call.arguments().getLast().toString());
        if (value == null || !call.arguments().getFirst().equals(UNIT)) {
            throw new BusError("org.freedesktop.DBus.Error.UnknownProperty", "Unknown interface or property.");
        }
        call.answer("v", value);
    }

    private String known(Call call) throws BusError {
        String unit = call.arguments().getFirst().toString();
        if (!isKnown(unit)) {
            throw new BusError("org.freedesktop.systemd1.NoSuchUnit", "Unit " + unit + " not loaded.");
        }
        return unit;
    }

    private boolean isKnown(String unit) {
        return activeStates.containsKey(unit) || others.isActive(unit);
    }

    private static String unit(String path) throws BusError {
        String start = PATH + "/unit/";
        if (!path.startsWith(start)) {
            throw new BusError("org.freedesktop.DBus.Error.UnknownObject", "Unknown object '" + path + "'.");
        }
        return ESCAPE.matcher(path.substring(start.length()))
                .replaceAll(escape -> String.valueOf((char) Integer.parseInt(escape.group(1), 16)));
    }

    /** systemd's own escaping: everything but letters and digits becomes {@code _xx}. */
    private static String path(String unit) {
        StringBuilder escaped = new StringBuilder(PATH + "/unit/");
        for (char character : unit.toCharArray()) {
            boolean plain = character < 128 && Character.isLetterOrDigit(character);
            escaped.append(plain ? String.valueOf(character) : "_%02x".formatted((int) character));
        }
        return escaped.toString();
    }
}
