package dev.varve.sandbox.host;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.freedesktop.dbus.types.Variant;

/**
 * What was asked for by whom; another one just like it joins the transaction that runs.
 *
 * @param sender unique name of the client
 * @param titleAfterStart the initiating command line where one was given
 */
record TransactionRequest(
        String method, String path, String sender, List<Object> arguments, String titleBeforeStart, String titleAfterStart, Work work) {

    TransactionRequest {
        arguments = List.copyOf(arguments);
    }

    String clientDescription() {
        return "client(id:varve-sandbox dbus:" + sender + " unit:varve.scope uid:0)";
    }

    /** Same method and equal parameters; the order of a dictionary counts, as with {@code g_variant_equal}. */
    boolean joins(TransactionRequest running) {
        return method.equals(running.method) && path.equals(running.path) && plain(arguments).equals(plain(running.arguments));
    }

    private static Object plain(Object value) {
        return switch (value) {
            case List<?> list -> list.stream().map(TransactionRequest::plain).toList();
            case Map<?, ?> map ->
                    map.entrySet().stream().map(entry -> List.of(entry.getKey(), plain(entry.getValue()))).toList();
            case Variant<?> variant -> List.of(variant.getSig(), plain(variant.getValue()));
            case Object[] struct -> Arrays.stream(struct).map(TransactionRequest::plain).toList();
            default -> value;
        };
    }
}
