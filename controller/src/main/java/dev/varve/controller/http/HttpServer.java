package dev.varve.controller.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.IdleStateHandler;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Serves pages by GET and HEAD. One thread; connections are bounded in number and closed when idle; request bodies are
 * refused. Pages are asked on the server's thread and must answer from memory.
 */
public final class HttpServer implements AutoCloseable {
    /** More at the same time are closed at once: enough for some probes, scrapers and people. */
    static final int MAX_CONNECTIONS = 64;
    /** A connection on which nothing moves is closed: slow readers and writers hold nothing for long. */
    static final Duration IDLE = Duration.ofSeconds(15);

    private static final int MAX_REQUEST_LINE = 2_048;
    private static final int MAX_HEADERS = 8_192;
    private static final int BACKLOG = 128;

    private final EventLoopGroup threads;
    private final Channel channel;

    private HttpServer(EventLoopGroup threads, Channel channel) {
        this.threads = threads;
        this.channel = channel;
    }

    /**
     * @param address where to listen; port 0 takes a free one
     * @param pages by path, e.g. {@code /metrics}
     * @throws HttpException where the address cannot be listened on
     */
    public static HttpServer start(InetSocketAddress address, Map<String, Supplier<Answer>> pages) {
        return start(address, pages, IDLE);
    }

    static HttpServer start(InetSocketAddress address, Map<String, Supplier<Answer>> pages, Duration idle) {
        var threads = new MultiThreadIoEventLoopGroup(
                1, Thread.ofPlatform().daemon().name("varve-http").factory(), NioIoHandler.newFactory());
        var limit = new ConnectionLimit(MAX_CONNECTIONS);
        Map<String, Supplier<Answer>> served = Map.copyOf(pages);
        try {
            var listening = new ServerBootstrap()
                    .group(threads)
                    .channel(NioServerSocketChannel.class)
                    .option(ChannelOption.SO_BACKLOG, BACKLOG)
                    .childHandler(new ChannelInitializer<SocketChannel>() {
                        @Override
                        protected void initChannel(SocketChannel connection) {
                            connection.pipeline().addLast(
                                    limit,
                                    new IdleStateHandler(0, 0, idle.toMillis(), TimeUnit.MILLISECONDS),
                                    new HttpServerCodec(new HttpDecoderConfig()
                                            .setMaxInitialLineLength(MAX_REQUEST_LINE)
                                            .setMaxHeaderSize(MAX_HEADERS)),
                                    new Pages(served));
                        }
                    })
                    .bind(address)
                    .awaitUninterruptibly();
            if (!listening.isSuccess()) {
                throw new HttpException("cannot listen on " + address.getHostString() + ":" + address.getPort() + ": "
                        + listening.cause().getMessage(), listening.cause());
            }
            return new HttpServer(threads, listening.channel());
        } catch (RuntimeException failed) {
            threads.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw failed;
        }
    }

    /** Where it listens, with the real port. */
    public InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
        threads.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
