package dev.varve.bench.footprint;

import dev.varve.bench.BenchException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** TLS with client certificates before a server that has none: an agent without TLS would look 20 MiB smaller than it is. */
final class TlsFront implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TlsFront.class);

    private final SSLServerSocket listener;
    private final URI server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    TlsFront(SSLContext tls, URI server) {
        this.server = server;
        try {
            listener = (SSLServerSocket) tls.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException taken) {
            throw new BenchException("cannot listen on 127.0.0.1: " + taken.getMessage(), taken);
        }
        listener.setNeedClientAuth(true);
        Thread.ofVirtual().name("tls-front").start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException failed) {
            LOG.warn("TLS front: {}", failed.toString());
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                var outside = (SSLSocket) listener.accept();
                Thread.ofVirtual().start(() -> join(outside));
            } catch (IOException failed) {
                if (!listener.isClosed()) {
                    LOG.warn("TLS front: {}", failed.toString());
                }
            }
        }
    }

    /** Until one end hangs up: an agent that is killed does so without a word. */
    private void join(SSLSocket outside) {
        try (outside; var inside = new Socket()) {
            inside.connect(new InetSocketAddress(server.getHost(), server.getPort()));
            inside.setTcpNoDelay(true);
            outside.setTcpNoDelay(true);
            open.add(outside);
            open.add(inside);
            Thread back = Thread.ofVirtual().start(() -> copy(inside, outside));
            copy(outside, inside);
            back.join();
        } catch (IOException failed) {
            LOG.info("TLS front: {}", failed.toString());
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(outside);
        }
    }

    private static void copy(Socket from, Socket to) {
        try (from; to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException hungUp) {
            LOG.debug("TLS front: {}", hungUp.toString());
        }
    }
}
