package dev.countersign.events.sending;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.ToIntFunction;
import javax.net.ssl.SSLContext;

/// Somebody else's server that is told of events: keeps what it was sent and answers as a test
/// says.
public final class Receiver implements AutoCloseable {
  private final HttpServer server;
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private volatile ToIntFunction<Received> answer = _ -> 200;

  /// One request.
  public record Received(String method, String path, HttpExchange raw, String body) {
    public String field(String name) {
      var value = raw.getRequestHeaders().getFirst(name);
      if (value == null) {
        throw new AssertionError("no field `" + name + "`");
      }
      return value;
    }
  }

  public static Receiver start() {
    try {
      return new Receiver(HttpServer.create(local("127.0.0.1"), 0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// On another address of this machine.
  static Receiver at(String address) throws IOException {
    return new Receiver(HttpServer.create(local(address), 0));
  }

  static Receiver encrypted(SSLContext certificate) throws IOException {
    var server = HttpsServer.create(local("127.0.0.1"), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(certificate));
    return new Receiver(server);
  }

  private static InetSocketAddress local(String address) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), 0);
  }

  private Receiver(HttpServer server) {
    this.server = server;
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    var request =
        new Received(
            exchange.getRequestMethod(), exchange.getRequestURI().toString(), exchange, body);
    received.add(request);
    int status = answer.applyAsInt(request);
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  /// Says what comes back; what it does first, the receiver takes its time for.
  public void answers(ToIntFunction<Received> with) {
    answer = with;
  }

  public List<Received> received() {
    return List.copyOf(received);
  }

  public int port() {
    return server.getAddress().getPort();
  }

  public String url() {
    return "http://127.0.0.1:" + port() + "/hook";
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
