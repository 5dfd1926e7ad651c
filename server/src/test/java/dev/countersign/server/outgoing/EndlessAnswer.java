package dev.countersign.server.outgoing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A server that begins an answer and goes on until nobody listens any more, or it was much.
final class EndlessAnswer implements AutoCloseable {
  /// More than the buffers of a connection hold together with what is read of an answer.
  static final long MUCH = 64L << 20;

  private static final int BLOCK = 64 << 10;

  private final ServerSocket server = new ServerSocket();
  private volatile long written;
  private volatile boolean left;

  EndlessAnswer(String head) throws IOException {
    server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
    Thread.ofVirtual().start(() -> serve(head));
  }

  private void serve(String head) {
    try (var socket = server.accept()) {
      var out = socket.getOutputStream();
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      var block = new byte[BLOCK];
      Arrays.fill(block, (byte) 'x');
      for (long sum = 0; sum < MUCH; sum += BLOCK) {
        out.write(block);
        written = sum + BLOCK;
      }
    } catch (IOException e) {
      left = true;
    }
  }

  String url() {
    return "http://127.0.0.1:" + server.getLocalPort() + "/";
  }

  /// How many bytes the other side and the buffers between took.
  long written() {
    return written;
  }

  boolean left() {
    return left;
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
