package dev.countersign.server.outgoing;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.ToIntFunction;

/// Somebody else's system on this machine: keeps what it was asked and answers as a test says, 200
/// by itself.
final class ActionReceiver implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private volatile ToIntFunction<HttpExchange> answer = _ -> 200;

  /// One request as it came.
  record Received(String method, Headers fields, String body) {
    String field(String name) {
      var values = fields.get(name);
      if (values == null || values.size() != 1) {
        throw new AssertionError("no single field `" + name + "`");
      }
      return values.getFirst();
    }
  }

  ActionReceiver() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    received.add(new Received(exchange.getRequestMethod(), exchange.getRequestHeaders(), body));
    exchange.sendResponseHeaders(answer.applyAsInt(exchange), -1);
    exchange.close();
  }

  /// Says what comes back; what it does first, the system takes its time for.
  void answers(ToIntFunction<HttpExchange> with) {
    answer = with;
  }

  /// Answers 200, but not before `end`.
  void waitsFor(CountDownLatch end) {
    answers(_ -> {
      try {
        end.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return 200;
    });
  }

  List<Received> received() {
    return List.copyOf(received);
  }

  int port() {
    return server.getAddress().getPort();
  }

  String url() {
    return "http://127.0.0.1:" + port() + "/refills?from=intake";
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
