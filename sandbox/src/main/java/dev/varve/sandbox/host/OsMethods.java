package dev.varve.sandbox.host;

import dev.varve.sandbox.host.bus.BusError;
import dev.varve.sandbox.host.bus.Call;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.freedesktop.dbus.types.Variant;

/** The methods of the OS object: which transaction each of them stands for. */
final class OsMethods {
    private static final Set<String> CLEANUPS = Set.of("base", "pending-deploy", "rollback-deploy", "repomd");
    private static final String BEFORE_START = "new-deployment";

    private final Storage storage;

    OsMethods(Storage storage) {
        this.storage = storage;
    }

    boolean isQuery(Call call) {
        return call.member().equals("GetDeploymentBootConfig");
    }

    void query(Call call) throws BusError {
        if (!call.signature().equals("sb")) {
            throw unknown(call);
        }
        call.answer("a{sv}", bootConfig(call.arguments().getFirst().toString(), (Boolean) call.arguments().getLast()));
    }

    /** @throws BusError where there is no such method, or its arguments are refused at once */
    TransactionRequest transaction(Call call) throws BusError {
        List<Object> arguments = call.arguments();
        return switch (call.member() + "(" + call.signature() + ")") {
            case "Rebase(a{sv}sas)" -> {
                Options options = Options.of(arguments.get(0));
                Work work = new Rebase(storage, arguments.get(1).toString(), options);
                String kind = options.flag("download-only") ? "rebase (download only)" : "rebase";
                yield request(call, BEFORE_START, options.commandLine().orElse(kind), work);
            }
            case "FinalizeDeployment(a{sv})" -> {
                Options options = Options.of(arguments.getFirst());
                yield titled(call, options.commandLine().orElse("finalize-deployment"), Works.finalizeDeployment(storage, options));
            }
            case "Rollback(a{sv})" -> titled(call, "rollback", Works.rollback(storage, Options.of(arguments.getFirst())));
            case "Cleanup(as)" -> titled(call, "cleanup", Works.cleanup(storage, cleanups(arguments.getFirst())));
            case "KernelArgs(sasasasa{sv})" -> {
                Options options = Options.of(arguments.get(4));
                Work work = Works.kernelArguments(
                        storage, arguments.get(0).toString(), texts(arguments.get(1)), texts(arguments.get(3)), options);
                yield titled(call, options.commandLine().orElse("kargs"), work);
            }
            default -> throw unknown(call);
        };
    }

    static BusError unknown(Call call) {
        return new BusError(BusError.UNKNOWN_METHOD, "No such method “" + call.member() + "” with arguments “(" + call.signature() + ")”");
    }

    private static TransactionRequest titled(Call call, String title, Work work) {
        return request(call, title, title, work);
    }

    private static TransactionRequest request(Call call, String before, String after, Work work) {
        return new TransactionRequest(call.member(), call.path(), call.sender(), call.arguments(), before, after, work);
    }

    private static List<String> cleanups(Object argument) throws BusError {
        List<String> elements = texts(argument);
        for (String element : elements) {
            if (!CLEANUPS.contains(element)) {
                throw new BusError(RpmOstreed.FAILED, "Invalid cleanup type: " + element);
            }
        }
        return elements;
    }

    private static List<String> texts(Object argument) {
        return switch (argument) {
            case List<?> list -> list.stream().map(Object::toString).toList();
            case Object[] array -> Arrays.stream(array).map(Object::toString).toList();
            default -> throw new IllegalArgumentException("not a list of strings: " + argument);
        };
    }

    /** With a stage to be shown, its options alone (rpm-ostree-dbus.md 7.1). */
    private Map<String, Variant<?>> bootConfig(String id, boolean pending) throws BusError {
        Sysroot sysroot = storage.sysroot();
        if (pending && id.isEmpty() && sysroot.staged().isPresent()) {
            Map<String, Variant<?>> staged = new LinkedHashMap<>();
            staged.put("staged", new Variant<>(true));
            staged.put("options", new Variant<>(sysroot.merge().options()));
            return staged;
        }
        Deployment deployment = pending || id.isEmpty() ? sysroot.booted() : byId(id);
        Map<String, Variant<?>> all = new LinkedHashMap<>();
        all.put("title", new Variant<>("Fedora CoreOS " + deployment.version() + " (ostree:0)"));
        all.put("linux", new Variant<>("/ostree/" + Deployment.OS_NAME + "-" + deployment.bootChecksum() + "/vmlinuz"));
        all.put("initrd", new Variant<>("/ostree/" + Deployment.OS_NAME + "-" + deployment.bootChecksum() + "/initramfs.img"));
        all.put("options", new Variant<>(deployment.options()));
        all.put("version", new Variant<>("1"));
        all.put("staged", new Variant<>(false));
        return all;
    }

    private Deployment byId(String id) throws BusError {
        return storage.sysroot().deployments().stream()
                .filter(deployment -> deployment.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new BusError("org.projectatomic.rpmostreed.Error.Failed", "Deployment with id '" + id + "' not found"));
    }
}
