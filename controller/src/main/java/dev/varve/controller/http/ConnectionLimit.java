package dev.varve.controller.http;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Closes connections beyond the limit. Shared by all connections; they all live on one thread. */
@Sharable
final class ConnectionLimit extends ChannelInboundHandlerAdapter {
    private final int limit;
    private int open;

    ConnectionLimit(int limit) {
        this.limit = limit;
    }

    @Override
    public void channelActive(ChannelHandlerContext connection) {
        open++;
        if (open > limit) {
            connection.close();
        } else {
            connection.fireChannelActive();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext connection) {
        open--;
        connection.fireChannelInactive();
    }
}
