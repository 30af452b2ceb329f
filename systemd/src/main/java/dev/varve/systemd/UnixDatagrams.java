package dev.varve.systemd;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A unix datagram socket, which the JDK does not have, and one address to send to. The address is looked up for each
 * datagram, so that a receiver that was away is found again by the next; nothing ever waits for it. Not for several threads.
 */
final class UnixDatagrams implements AutoCloseable {
    /** Of {@code sockaddr_un.sun_path} (unix(7)). */
    private static final int PATH_LENGTH = 108;
    /** {@code struct msghdr}: address, its length, vector, its length, control, its length, flags; padded to 64 bits each. */
    private static final int MESSAGE = 56;
    /** {@code struct cmsghdr} with one descriptor, and with what pads it. */
    private static final int CONTROL = 20;
    private static final int CONTROL_SPACE = 24;

    private final byte[] address;
    private final int socket;
    private boolean closed;

    private UnixDatagrams(byte[] address, int socket) {
        this.address = address;
        this.socket = socket;
    }

    /**
     * @param name a path, which need not exist yet; with {@code @} before it, of the abstract namespace
     * @throws IllegalArgumentException for a name that no socket can have
     * @throws LinkageError where JNA's library is missing
     * @throws LastErrorException where there is no socket to be had
     */
    static UnixDatagrams to(String name) {
        byte[] address = address(name);
        LibC.load();
        return new UnixDatagrams(address, LibC.socket(LibC.AF_UNIX, LibC.SOCK_DGRAM | LibC.SOCK_CLOEXEC, 0));
    }

    /** @throws LastErrorException where it is lost: nobody listens, or is behind with reading, or it is too long */
    void send(byte[] datagram) {
        if (!closed) {
            LibC.sendto(socket, datagram, datagram.length, LibC.MSG_DONTWAIT | LibC.MSG_NOSIGNAL, address, address.length);
        }
    }

    /**
     * Sends what is too long for a datagram as a file in memory that nobody can change any more.
     *
     * @throws LastErrorException where it is lost, or there is no such file to be had
     */
    void sendFile(byte[] content) {
        if (closed) {
            return;
        }
        int file = LibC.memfd_create("varve", LibC.MFD_CLOEXEC | LibC.MFD_ALLOW_SEALING);
        try {
            write(file, content);
            LibC.fcntl(file, LibC.F_ADD_SEALS, LibC.ALL_SEALS);
            sendDescriptor(file);
        } finally {
            LibC.close(file);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            LibC.close(socket);
        }
    }

    private static void write(int file, byte[] content) {
        try (var bytes = new Memory(Math.max(1, content.length))) {
            bytes.write(0, content, 0, content.length);
            long written = 0;
            while (written < content.length) {
                written += LibC.write(file, bytes.share(written), content.length - written);
            }
        }
    }

    /** A datagram without a byte in it: all that counts comes beside it. */
    private void sendDescriptor(int descriptor) {
        try (var name = new Memory(address.length); var control = new Memory(CONTROL_SPACE); var message = new Memory(MESSAGE)) {
            name.write(0, address, 0, address.length);
            control.clear();
            control.setLong(0, CONTROL);
            control.setInt(8, LibC.SOL_SOCKET);
            control.setInt(12, LibC.SCM_RIGHTS);
            control.setInt(16, descriptor);
            message.clear();
            message.setPointer(0, name);
            message.setInt(8, address.length);
            message.setPointer(32, control);
            message.setLong(40, CONTROL_SPACE);
            LibC.sendmsg(socket, message, LibC.MSG_DONTWAIT | LibC.MSG_NOSIGNAL);
        }
    }

    /**
     * The form of {@code sockaddr_un}: the family as this machine writes numbers, then a path and a zero, or a zero and an
     * abstract name.
     */
    static byte[] address(String name) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        boolean anAbstractOne = name.startsWith("@");
        if (!(anAbstractOne && text.length > 1 || name.startsWith("/"))) {
            throw new IllegalArgumentException("neither an absolute path nor @ and a name");
        }
        if (text.length + (anAbstractOne ? 0 : 1) > PATH_LENGTH) {
            throw new IllegalArgumentException("longer than the address of a socket may be");
        }
        var address = ByteBuffer.allocate(Short.BYTES + text.length + (anAbstractOne ? 0 : 1))
                .order(ByteOrder.nativeOrder())
                .putShort((short) LibC.AF_UNIX)
                .put(text);
        if (anAbstractOne) {
            address.put(Short.BYTES, (byte) 0);
        }
        return address.array();
    }
}
