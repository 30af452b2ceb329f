package dev.varve.controller.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.timeout.IdleStateEvent;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the requests of one connection. */
final class Pages extends SimpleChannelInboundHandler<HttpObject> {
    private static final Logger LOG = LoggerFactory.getLogger(Pages.class);

    private final Map<String, Supplier<Answer>> pages;

    Pages(Map<String, Supplier<Answer>> pages) {
        this.pages = pages;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext connection, HttpObject part) {
        if (part instanceof HttpRequest request) {
            boolean broken = request.decoderResult().isFailure();
            boolean body = !broken && hasBody(request);
            boolean stays = !broken && !body && HttpUtil.isKeepAlive(request);
            write(connection, broken ? Answer.text(400, "cannot read this request") : answer(request, body), request, stays);
        } else if (part instanceof HttpContent content && content.content().isReadable()) {
            connection.close();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext connection, Object event) {
        if (event instanceof IdleStateEvent) {
            connection.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext connection, Throwable cause) {
        LOG.debug("connection of {} is closed", connection.channel().remoteAddress(), cause);
        connection.close();
    }

    private Answer answer(HttpRequest request, boolean body) {
        if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            return Answer.text(405, "only GET and HEAD");
        }
        if (body) {
            return Answer.text(413, "no request bodies");
        }
        int query = request.uri().indexOf('?');
        String path = query < 0 ? request.uri() : request.uri().substring(0, query);
        Supplier<Answer> page = pages.get(path);
        if (page == null) {
            return Answer.text(404, "no such page; there are " + String.join(" ", pages.keySet().stream().sorted().toList()));
        }
        try {
            return page.get();
        } catch (RuntimeException failed) {
            LOG.warn("page {} failed", path, failed);
            return Answer.text(500, "this page failed, see the log");
        }
    }

    private static void write(ChannelHandlerContext connection, Answer answer, HttpRequest request, boolean stays) {
        ByteBuf body = Unpooled.copiedBuffer(answer.body(), StandardCharsets.UTF_8);
        int length = body.readableBytes();
        boolean head = request.method().equals(HttpMethod.HEAD);
        if (head) {
            body.release();
        }
        var response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(answer.status()), head ? Unpooled.EMPTY_BUFFER : body);
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, answer.contentType())
                .set(HttpHeaderNames.CONTENT_LENGTH, length)
                .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE)
                .set(HttpHeaderNames.CONNECTION, stays ? HttpHeaderValues.KEEP_ALIVE : HttpHeaderValues.CLOSE);
        if (answer.status() == 405) {
            response.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD");
        }
        var written = connection.writeAndFlush(response);
        if (!stays) {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    private static boolean hasBody(HttpRequest request) {
        return HttpUtil.isTransferEncodingChunked(request) || HttpUtil.getContentLength(request, 0L) > 0;
    }
}
