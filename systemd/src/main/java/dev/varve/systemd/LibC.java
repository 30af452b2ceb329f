package dev.varve.systemd;

import com.sun.jna.LastErrorException;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Native;

/** The three calls of the C library that a datagram needs, of the process itself: no library has to be found. 64-bit Linux. */
final class LibC {
    static final int AF_UNIX = 1;
    static final int SOCK_DGRAM = 2;
    static final int SOCK_CLOEXEC = 0x80000;
    static final int MSG_DONTWAIT = 0x40;
    static final int MSG_NOSIGNAL = 0x4000;

    private LibC() {}

    /** @throws LinkageError where JNA's own library cannot be had; no call works then */
    static void load() {
        Native.register(LibC.class, NativeLibrary.getProcess());
    }

    static native int socket(int domain, int type, int protocol) throws LastErrorException;

    static native long sendto(int socket, byte[] message, long length, int flags, byte[] address, int addressLength)
            throws LastErrorException;

    static native int close(int descriptor) throws LastErrorException;
}
