package dev.varve.systemd;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;

/** The calls of the C library that datagrams need, of the process itself: no library has to be found. 64-bit Linux. */
final class LibC {
    static final int AF_UNIX = 1;
    static final int SOCK_DGRAM = 2;
    static final int SOCK_CLOEXEC = 0x80000;
    static final int MSG_DONTWAIT = 0x40;
    static final int MSG_NOSIGNAL = 0x4000;
    static final int SOL_SOCKET = 1;
    static final int SCM_RIGHTS = 1;
    static final int MFD_CLOEXEC = 1;
    static final int MFD_ALLOW_SEALING = 2;
    static final int F_ADD_SEALS = 1033;
    /** F_SEAL_SEAL, _SHRINK, _GROW and _WRITE: whoever gets the file can rely on it. */
    static final int ALL_SEALS = 0xf;
    /** More than a datagram may have. */
    static final int EMSGSIZE = 90;
    static final int ENOBUFS = 105;

    private LibC() {}

    /** @throws LinkageError where JNA's own library cannot be had; no call works then */
    static void load() {
        Native.register(LibC.class, NativeLibrary.getProcess());
    }

    static native int socket(int domain, int type, int protocol) throws LastErrorException;

    static native long sendto(int socket, byte[] message, long length, int flags, byte[] address, int addressLength)
            throws LastErrorException;

    static native long sendmsg(int socket, Pointer message, int flags) throws LastErrorException;

    static native int memfd_create(String name, int flags) throws LastErrorException;

    static native long write(int descriptor, Pointer bytes, long length) throws LastErrorException;

    /** Of the C library's many forms, the one with a number. */
    static native int fcntl(int descriptor, int command, int argument) throws LastErrorException;

    static native int close(int descriptor) throws LastErrorException;
}
