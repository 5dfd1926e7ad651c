package dev.countersign.events.sending;

import dev.countersign.events.SignedRequest;
import dev.countersign.events.WebhookUrl;
import dev.countersign.events.sending.Reply.Why;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/// One request over one connection (RFC 9112): what is sent has a length, what comes back is read
/// up to its status, and then the connection is closed. For one thread, once; [#abort] is for
/// another one.
final class Exchange {
  /// Of the addresses of a name: two families, and one more.
  private static final int MOST_ADDRESSES = 3;

  /// So that an address that leads nowhere leaves time for the next one.
  private static final Duration CONNECT = Duration.ofSeconds(3);

  /// Interim answers and all their fields; no honest one comes near.
  private static final int LONGEST_HEAD = 16 * 1024;

  /// A receiver that still speaks when the connection is closed may take it for a failure, so what
  /// follows the status is read a little.
  private static final int DRAINED = 64 * 1024;

  private static final Duration DRAINING = Duration.ofMillis(200);

  private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] ([1-5][0-9]{2})( .*)?");

  private final SignedRequest request;
  private final SSLSocketFactory tls;
  private final Duration patience;
  private final Object lock = new Object();
  private Optional<Socket> open = Optional.empty();
  private boolean aborted;

  Exchange(SignedRequest request, SSLSocketFactory tls, Duration patience) {
    this.request = request;
    this.tls = tls;
    this.patience = patience;
  }

  /// Ends it from outside, whatever it is doing.
  void abort() {
    synchronized (lock) {
      aborted = true;
      open.ifPresent(Exchange::closed);
    }
  }

  private static void closed(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // Then it is closed already.
    }
  }

  /// Tries addresses that were checked, one after the other, until one takes the connection.
  Reply with(List<InetAddress> addresses) {
    for (var address : addresses.subList(0, Math.min(MOST_ADDRESSES, addresses.size()))) {
      var socket = connected(address);
      if (socket.isPresent()) {
        try (var connection = socket.get()) {
          return spoken(connection);
        } catch (SSLException e) {
          return new Reply.Unanswered(Why.UNTRUSTED);
        } catch (SocketTimeoutException e) {
          return new Reply.Unanswered(Why.TIMED_OUT);
        } catch (IOException e) {
          return new Reply.Unanswered(Why.UNREACHABLE);
        }
      }
    }
    return new Reply.Unanswered(Why.UNREACHABLE);
  }

  private Optional<Socket> connected(InetAddress address) {
    var socket = new Socket();
    synchronized (lock) {
      if (aborted) {
        return Optional.empty();
      }
      open = Optional.of(socket);
    }
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout((int) patience.toMillis());
      socket.connect(
          new InetSocketAddress(address, request.url().port()), (int) CONNECT.toMillis());
      return Optional.of(socket);
    } catch (IOException e) {
      closed(socket);
      return Optional.empty();
    }
  }

  private Reply spoken(Socket connection) throws IOException {
    var url = request.url();
    if (!url.encrypted()) {
      return spokenOver(connection);
    }
    // The name, not the address: it is sent in the handshake and compared with the certificate.
    try (var encrypted = (SSLSocket) tls.createSocket(connection, url.host(), url.port(), true)) {
      var parameters = encrypted.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      encrypted.setSSLParameters(parameters);
      encrypted.startHandshake();
      return spokenOver(encrypted);
    }
  }

  private Reply spokenOver(Socket connection) throws IOException {
    var out = connection.getOutputStream();
    out.write(head(request.url()).getBytes(StandardCharsets.US_ASCII));
    out.write(request.body().bytes());
    out.flush();
    var in = new BufferedInputStream(connection.getInputStream());
    var status = status(in);
    if (status.isPresent()) {
      connection.setSoTimeout((int) DRAINING.toMillis());
      drain(in);
    }
    return status
        .<Reply>map(Reply.Answered::new)
        .orElseGet(() -> new Reply.Unanswered(Why.NOT_HTTP));
  }

  private String head(WebhookUrl url) {
    var head = new StringBuilder("POST ").append(url.target()).append(" HTTP/1.1\r\n");
    field(head, "Host", url.authority());
    field(head, "User-Agent", "Countersign");
    field(head, "Connection", "close");
    field(head, "Content-Length", Integer.toString(request.body().bytes().length));
    request.fields().forEach((name, value) -> field(head, name, value));
    return head.append("\r\n").toString();
  }

  private static void field(StringBuilder head, String name, String value) {
    head.append(name).append(": ").append(value).append("\r\n");
  }

  /// The status of the final answer; interim ones (1xx) are passed over with their fields.
  private static Optional<Integer> status(InputStream in) throws IOException {
    int left = LONGEST_HEAD;
    while (true) {
      var line = line(in, left);
      left -= line.map(String::length).orElse(left) + 2;
      var match = STATUS_LINE.matcher(line.orElse(""));
      if (!match.matches()) {
        return Optional.empty();
      }
      int status = Integer.parseInt(match.group(1));
      if (status >= 200) {
        return Optional.of(status);
      }
      for (var field = line(in, left); !field.equals(Optional.of("")); field = line(in, left)) {
        if (field.isEmpty()) {
          return Optional.empty();
        }
        left -= field.get().length() + 2;
      }
    }
  }

  /// Up to the end of the line; empty if there is none within `longest`.
  private static Optional<String> line(InputStream in, int longest) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int c = in.read(); c >= 0 && line.size() < longest; c = in.read()) {
      if (c == '\n') {
        var text = line.toString(StandardCharsets.ISO_8859_1);
        return Optional.of(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
      }
      line.write(c);
    }
    return Optional.empty();
  }

  /// Never fails: the answer is known.
  private static void drain(InputStream in) {
    long until = System.nanoTime() + DRAINING.toNanos();
    var buffer = new byte[8 * 1024];
    try {
      for (int read = 0; read < DRAINED && System.nanoTime() < until; ) {
        int more = in.read(buffer);
        if (more < 0) {
          return;
        }
        read += more;
      }
    } catch (IOException e) {
      // What it would still have said matters to nobody.
    }
  }
}
