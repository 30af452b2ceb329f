package dev.varve.systemd;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The receiver's end of a unix datagram socket. Takes what came as a datagram, and what came as a file in one. */
final class DatagramsUnderTest implements AutoCloseable {
    private static final int EAGAIN = 11;
    private static final int F_GET_SEALS = 1034;
    private static final int LONGEST = 1 << 20;

    private final String name;
    private final int socket;

    static {
        Native.register(DatagramsUnderTest.class, NativeLibrary.getProcess());
    }

    private static native int bind(int socket, byte[] address, int length) throws LastErrorException;

    private static native long recvmsg(int socket, Pointer message, int flags) throws LastErrorException;

    /** @param name as {@link UnixDatagrams#to} takes it */
    DatagramsUnderTest(String name) {
        LibC.load();
        this.name = name;
        this.socket = LibC.socket(LibC.AF_UNIX, LibC.SOCK_DGRAM | LibC.SOCK_CLOEXEC, 0);
        byte[] address = UnixDatagrams.address(name);
        bind(socket, address, address.length);
    }

    /** All that has come; what was sent to a datagram socket of this machine is there at once. */
    List<byte[]> received() {
        var all = new ArrayList<byte[]>();
        while (true) {
            try {
                all.add(receive());
            } catch (LastErrorException none) {
                if (none.getErrorCode() == EAGAIN) {
                    return all;
                }
                throw none;
            }
        }
    }

    @Override
    public void close() throws IOException {
        LibC.close(socket);
        if (!name.startsWith("@")) {
            Files.delete(Path.of(name));
        }
    }

    /** Laid out as {@link UnixDatagrams} says. */
    private byte[] receive() {
        try (var buffer = new Memory(LONGEST); var vector = new Memory(16); var control = new Memory(24); var message = new Memory(56)) {
            vector.setPointer(0, buffer);
            vector.setLong(8, LONGEST);
            message.clear();
            message.setPointer(16, vector);
            message.setLong(24, 1);
            message.setPointer(32, control);
            message.setLong(40, 24);
            int length = (int) recvmsg(socket, message, LibC.MSG_DONTWAIT);
            return message.getLong(40) == 0 ? buffer.getByteArray(0, length) : file(control.getInt(16));
        }
    }

    private static byte[] file(int descriptor) {
        try {
            if (LibC.fcntl(descriptor, F_GET_SEALS, 0) != LibC.ALL_SEALS) {
                throw new IllegalStateException("the file is not sealed");
            }
            return Files.readAllBytes(Path.of("/proc/self/fd/" + descriptor));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } finally {
            LibC.close(descriptor);
        }
    }
}
