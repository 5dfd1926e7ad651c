package dev.countersign.benchmarks.work;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.countersign.kernel.Digest;
import dev.countersign.kernel.JsonReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Another system, in a process that nobody kills: it does what it is asked once for each
/// idempotency key and remembers it. It takes some time before and after, so that whoever asks is
/// also killed between what it does and what it answers. Safe for use by many threads.
final class Receiver implements AutoCloseable {
  private static final int OK = 200;
  private static final int REFUSED = 422;

  /// Until it does what it is asked, and again until it answers.
  private static final int LONGEST_MILLIS = 25;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Random random = new Random(1);
  private final Map<String, Acted> acted = new LinkedHashMap<>();
  private long asked;
  private long otherwise;

  /// What was done for a key.
  ///
  /// @param body what was asked, which has to be the same whenever it is asked again
  record Acted(String proposal, String phase, Digest body) {}

  /// Everything that it did.
  ///
  /// @param asked how often it was asked
  /// @param otherwise how often it was asked for something else with a key that it knew
  record Log(Map<String, Acted> acted, long asked, long otherwise) {
    static final Log EMPTY = new Log(Map.of(), 0, 0);

    Log {
      acted = new LinkedHashMap<>(acted);
    }
  }

  Receiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  /// Where it is asked.
  String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  synchronized Log log() {
    return new Log(acted, asked, otherwise);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var body = exchange.getRequestBody().readAllBytes();
      var key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
      rest();
      int status = act(key, body);
      rest();
      exchange.sendResponseHeaders(status, -1);
    }
  }

  private synchronized int act(String key, byte[] body) {
    asked++;
    var json = JsonReader.readObject(new String(body, StandardCharsets.UTF_8));
    var now =
        new Acted(
            json.text("proposal_id").orElseThrow(),
            json.text("phase").orElseThrow(),
            Digest.sha256(body));
    var before = acted.putIfAbsent(key, now);
    if (before == null || before.equals(now)) {
      return OK;
    }
    otherwise++;
    return REFUSED;
  }

  private void rest() {
    int millis;
    synchronized (this) {
      millis = random.nextInt(LONGEST_MILLIS);
    }
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
