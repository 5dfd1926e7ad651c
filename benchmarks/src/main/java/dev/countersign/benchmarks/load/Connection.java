package dev.countersign.benchmarks.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/// A connection with at most one request under way. It reads as much HTTP/1.1 as an answer with a
/// `Content-Length` needs, and gives up on anything else.
final class Connection {
  /// An answer to a check has less than a kilobyte.
  private static final int LARGEST_ANSWER = 16 * 1024;

  private static final byte[] OK = "HTTP/1.1 200 ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LENGTH = "\r\ncontent-length:".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  /// What reading brought.
  enum Heard {
    /// Not the whole answer yet.
    PART,
    /// The answer is 200.
    OK,
    /// The whole answer, but not 200.
    REFUSED,
    /// The connection ended, or said what is not understood; it is of no more use.
    LOST
  }

  private final SocketChannel channel;
  private final ByteBuffer read = ByteBuffer.allocate(LARGEST_ANSWER);
  private final ByteBuffer direct = ByteBuffer.allocateDirect(LARGEST_ANSWER);
  private boolean busy;
  private long due;

  private Connection(SocketChannel channel) {
    this.channel = channel;
  }

  static Connection open(InetSocketAddress server, Selector selector) throws IOException {
    var channel = SocketChannel.open(server);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
    var connection = new Connection(channel);
    channel.register(selector, SelectionKey.OP_READ, connection);
    return connection;
  }

  boolean busy() {
    return busy;
  }

  /// When the request under way should have been sent, by `System.nanoTime`.
  long due() {
    return due;
  }

  /// @return whether it went out; if not, the connection is of no more use
  boolean send(ByteBuffer request, long moment) {
    busy = true;
    due = moment;
    read.clear();
    request.rewind();
    try {
      channel.write(request);
      // One request always fits the socket's buffer; if it does not, something is wrong.
      return !request.hasRemaining();
    } catch (IOException e) {
      return false;
    }
  }

  Heard hear() {
    try {
      direct.clear().limit(read.remaining());
      if (channel.read(direct) <= 0 || !busy) {
        return Heard.LOST;
      }
      read.put(direct.flip());
    } catch (IOException e) {
      return Heard.LOST;
    }
    int end = find(END, read.position());
    if (end < 0) {
      return read.hasRemaining() ? Heard.PART : Heard.LOST;
    }
    int length = length(end);
    int whole = end + END.length + length;
    if (length < 0 || read.position() > whole || whole > LARGEST_ANSWER) {
      return Heard.LOST;
    }
    if (read.position() < whole) {
      return Heard.PART;
    }
    busy = false;
    return startsWith(OK, 0) ? Heard.OK : Heard.REFUSED;
  }

  private int length(int end) {
    int at = find(LENGTH, end);
    if (at < 0) {
      return -1;
    }
    int length = 0;
    for (int i = at + LENGTH.length; i < end && read.get(i) != '\r'; i++) {
      byte digit = read.get(i);
      if (digit >= '0' && digit <= '9' && length < LARGEST_ANSWER) {
        length = 10 * length + digit - '0';
      } else if (digit != ' ') {
        return -1;
      }
    }
    return length;
  }

  private int find(byte[] wanted, int limit) {
    for (int i = 0; i <= limit - wanted.length; i++) {
      if (startsWith(wanted, i)) {
        return i;
      }
    }
    return -1;
  }

  // Whatever the case of ASCII letters in what was read; a status line has capitals only.
  private boolean startsWith(byte[] wanted, int from) {
    if (from + wanted.length > read.position()) {
      return false;
    }
    for (int i = 0; i < wanted.length; i++) {
      byte seen = read.get(from + i);
      if (seen != wanted[i] && (seen < 'A' || seen > 'Z' || seen + 32 != wanted[i])) {
        return false;
      }
    }
    return true;
  }

  void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // It is of no more use anyway.
    }
  }
}
