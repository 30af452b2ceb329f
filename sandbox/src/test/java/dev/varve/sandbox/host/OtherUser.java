package dev.varve.sandbox.host;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/**
 * Does something as another user. For Linux the user is a thread's own, and who is at the other end of a unix socket is who has
 * connected: a connection that is made in here is that user's for good. Capabilities stay, so that directories which only root
 * may pass are no hindrance: a mode of the socket is not tried by it.
 */
final class OtherUser {
    /** {@code prctl(2)}: the user may change without the capabilities. */
    private static final int PR_SET_SECUREBITS = 28;
    private static final long SECBIT_NO_SETUID_FIXUP = 4;
    /** {@code setresuid(2)} past the C library, whose own changes the user of all threads. */
    private static final Map<String, Long> SETRESUID = Map.of("amd64", 117L, "aarch64", 147L);
    private static final long UNCHANGED = -1;

    private OtherUser() {}

    /** @param uid of that user */
    static <T> T call(int uid, Callable<T> what) throws Exception {
        Long setresuid = SETRESUID.get(System.getProperty("os.arch"));
        if (setresuid == null || !"root".equals(System.getProperty("user.name"))) {
            throw HostUnderTest.cannot("only root, on amd64 or aarch64, can become somebody else here");
        }
        FutureTask<T> task = new FutureTask<>(() -> {
            require("prctl", PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0);
            require("syscall", setresuid, uid, uid, UNCHANGED);
            return what.call();
        });
        Thread.ofPlatform().name("user " + uid).start(task);
        return task.get();
    }

    private static void require(String function, long... arguments) throws Exception {
        Linker linker = Linker.nativeLinker();
        MethodHandle call = linker.downcallHandle(
                linker.defaultLookup().findOrThrow(function),
                FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG),
                Linker.Option.firstVariadicArg(1));
        long result;
        try {
            result = (long) call.invokeExact(arguments[0], arguments[1], arguments[2], arguments[3]);
        } catch (Throwable failed) {
            throw new IllegalStateException("cannot call " + function, failed);
        }
        if (result != 0) {
            throw new IllegalStateException(function + " says " + result);
        }
    }
}
