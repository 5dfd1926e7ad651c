package dev.countersign.ledger.usecase;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// A witness over real HTTP: what it answers is somebody's rule, or whatever a test wants.
final class WitnessServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger requests = new AtomicInteger();
  private volatile Behaviour behaviour;

  /// What a request is answered by.
  @FunctionalInterface
  interface Behaviour {
    void answer(HttpExchange exchange, byte[] body) throws IOException;
  }

  WitnessServer(Behaviour first) {
    behaviour = first;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext(
        "/w/add-checkpoint",
        exchange -> {
          requests.incrementAndGet();
          try (exchange) {
            behaviour.answer(exchange, exchange.getRequestBody().readAllBytes());
          }
        });
    server.start();
  }

  /// The witness that the product is.
  static Behaviour of(CosignCheckpoint witness) {
    return (exchange, body) -> {
      switch (witness.answer(body)) {
        case CosignCheckpoint.Answer.Cosigned(var lines) ->
            send(exchange, 200, "text/plain", lines);
        case CosignCheckpoint.Answer.Conflict(var size) ->
            send(exchange, 409, "text/x.tlog.size", size + "\n");
        case CosignCheckpoint.Answer.Malformed(var message) ->
            send(exchange, 400, "text/plain", message);
        case CosignCheckpoint.Answer.UnknownLog() -> send(exchange, 404, "text/plain", "");
        case CosignCheckpoint.Answer.Untrusted() -> send(exchange, 403, "text/plain", "");
        case CosignCheckpoint.Answer.Inconsistent(var message) ->
            send(exchange, 422, "text/plain", message);
        case CosignCheckpoint.Answer.Later(var message, _) ->
            send(exchange, 503, "text/plain", message);
      }
    };
  }

  static void send(HttpExchange exchange, int status, String type, String body) throws IOException {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  void behave(Behaviour next) {
    behaviour = next;
  }

  int requests() {
    return requests.get();
  }

  URI prefix() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/w");
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
