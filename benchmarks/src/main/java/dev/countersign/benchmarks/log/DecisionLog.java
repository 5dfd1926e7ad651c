package dev.countersign.benchmarks.log;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.TenantId;
import dev.countersign.policy.PolicySetJson;
import dev.countersign.policy.StarterSet;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.UUID;

/// Measures over HTTP what is asked of a log with many decisions: pages, filters, counts, exports,
/// a simulation and violations. Says whether the numbers of what it found are those that were
/// loaded.
public final class DecisionLog implements AutoCloseable {
  private static final Duration START = Duration.ofMinutes(3);
  private static final Duration LONGEST_SIMULATION = Duration.ofMinutes(30);
  private static final int POLL_MILLIS = 50;
  private static final int TOO_MANY = 429;

  /// A key of the demo has 100 requests a minute.
  private static final int LIMITED_MILLIS = 1_000;

  private static final String DRAFT =
      "{\"key\":\"many_tokens\",\"description\":\"\",\"message\":\"too many tokens\",\"effect\":\"forbid\","
          + "\"condition\":\"has(context.metadata.tokens) && context.metadata.tokens >= "
          + LoadedLog.MOST_TOKENS
          + "\",\"applies_to\":{\"resource_types\":[\"model\"]}}";

  private final Path root;
  private final Path data;
  private final int port;
  private final int runs;
  private final HttpClient client = HttpClient.newHttpClient();
  private boolean sound = true;

  private DecisionLog(Path root, Path data, int runs) throws IOException {
    this.root = root;
    this.data = data;
    this.runs = runs;
    try (var probe = new ServerSocket(0)) {
      this.port = probe.getLocalPort();
    }
  }

  /// @param args the repository's folder, in which the server is built; an empty folder; how many
  ///   decisions; and how often each is measured
  public static void main(String[] args) throws IOException, InterruptedException, SQLException {
    try (var log = new DecisionLog(Path.of(args[0]), Path.of(args[1]), Integer.parseInt(args[3]))) {
      log.run(Long.parseLong(args[2]));
      if (!log.sound) {
        System.exit(1);
      }
    }
  }

  @Override
  public void close() {
    client.close();
  }

  private void run(long count) throws IOException, InterruptedException, SQLException {
    stop(start());
    var demo = JsonReader.readObject(Files.readString(data.resolve("demo.json")));
    var tenant = new TenantId(UUID.fromString(demo.text("tenant_id").orElseThrow()));
    var loaded = LoadedLog.into(data, tenant, count);
    say(
        "loaded %,d decisions over 90 days in %.0f s (%,.0f/s), %,d forbidden"
            .formatted(
                loaded.count(),
                loaded.seconds(),
                loaded.count() / loaded.seconds(),
                loaded.forbidden()));
    var server = start();
    try {
      measure(loaded);
    } finally {
      stop(server);
    }
  }

  private void measure(LoadedLog.Loaded loaded) throws IOException, InterruptedException {
    page("first page, no filter", "/v1/decisions?limit=20");
    page(
        "first page, one day in the middle",
        "/v1/decisions?limit=20&from=" + day(45) + "&to=" + day(44));
    page("first page, outcome=forbid", "/v1/decisions?limit=20&outcome=forbid");
    all("all pages, model=rare-model", "/v1/decisions?limit=100&model=rare-model", loaded.rare());
    all("all pages, a filter that matches nothing", "/v1/decisions?limit=20&model=nobody", 0);
    page("dashboard, page 500", "/api/admin/logs?page=500&page_size=20");
    page("ledger entries, first page", "/v1/ledger/entries?limit=20");
    page(
        "ledger entries of an action, first page",
        "/v1/ledger/entries?limit=20&action=case.opened");
    export("csv", loaded.count(), 1);
    export("jsonl", loaded.count(), 1);
    violations();
    simulate(loaded);
  }

  private static String day(int ago) {
    return LocalDate.ofInstant(Clock.systemUTC().instant(), ZoneOffset.UTC).minusDays(ago)
        + "T00:00:00Z";
  }

  private void page(String name, String path) throws IOException, InterruptedException {
    var times = new long[runs];
    JsonObject last = JsonObject.EMPTY;
    for (int i = 0; i < runs; i++) {
      var answer = get("auditor", path);
      times[i] = answer.nanos();
      last = answer.json();
    }
    say(
        "%s: %s; count %s"
            .formatted(name, millis(times), last.object("count").map(Json::toString).orElse("-")));
  }

  /// Follows the cursor to the end.
  private void all(String name, String path, long expected)
      throws IOException, InterruptedException {
    var times = new long[runs];
    long found = 0;
    int requests = 0;
    for (int i = 0; i < runs; i++) {
      found = 0;
      requests = 0;
      var cursor = "";
      boolean more = true;
      while (more) {
        var answer = get("auditor", path + (cursor.isEmpty() ? "" : "&cursor=" + cursor));
        times[i] += answer.nanos();
        requests++;
        found += answer.json().items("decisions").size();
        cursor = answer.json().text("next_cursor").orElse("");
        more = !cursor.isEmpty();
      }
    }
    say(
        "%s: %s in %d requests; %s"
            .formatted(name, millis(times), requests, same(found, expected)));
  }

  private void export(String format, long expected, int lead)
      throws IOException, InterruptedException {
    var times = new long[runs];
    long lines = 0;
    long bytes = 0;
    for (int i = 0; i < runs; i++) {
      long begun = System.nanoTime();
      var answer =
          client.send(
              request("auditor", "/v1/decisions/export?format=" + format).build(),
              BodyHandlers.ofInputStream());
      lines = 0;
      bytes = 0;
      var buffer = new byte[64 * 1024];
      try (InputStream body = answer.body()) {
        for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
          bytes += read;
          for (int at = 0; at < read; at++) {
            lines += buffer[at] == '\n' ? 1 : 0;
          }
        }
      }
      times[i] = System.nanoTime() - begun;
    }
    double median = median(times) / 1_000_000_000.0;
    // The CSV begins with the columns' names, JSON Lines end with their number.
    say(
        "export as %s: median %.1f s, %,.0f records/s, %.0f MB; %s"
            .formatted(
                format, median, expected / median, bytes / 1e6, same(lines - lead, expected)));
  }

  private void violations() throws IOException, InterruptedException {
    var answer = get("admin", "/api/admin/policies");
    say("violations of 24 hours, not cached: %.0f ms".formatted(answer.nanos() / 1e6));
  }

  private void simulate(LoadedLog.Loaded loaded) throws IOException, InterruptedException {
    var set = PolicySetJson.write(StarterSet.read());
    var policies = new ArrayList<>(set.items("policies"));
    policies.add(JsonReader.readObject(DRAFT));
    var draft =
        expected(
            post("/v1/policy-sets", set.with("policies", Json.array(policies)).toString()), 201);
    long version = draft.number("version").orElseThrow().longValue();
    expected(post("/v1/policy-sets/" + version + "/validate", "{}"), 200);
    long begun = System.nanoTime();
    var started =
        post(
            "/v1/policy-sets/" + version + "/simulate",
            "{\"limit\":%d}".formatted(Math.min(1_000_000, loaded.count())));
    expected(started, 202);
    var location = started.headers().firstValue("Location").orElseThrow();
    var run = get("policy_author", location).json();
    while (run.text("state").orElse("").equals("running")) {
      if (System.nanoTime() - begun > LONGEST_SIMULATION.toNanos()) {
        throw new IllegalStateException("the simulation does not end: " + run);
      }
      Thread.sleep(LIMITED_MILLIS);
      run = get("policy_author", location).json();
    }
    double seconds = (System.nanoTime() - begun) / 1e9;
    var result = run.object("result").orElseThrow(() -> new IllegalStateException("no result"));
    long used = result.number("used").orElseThrow().longValue();
    say(
        "simulation: %.1f s, %,d used, %,.0f decisions/s; flips %s; self-check %s"
            .formatted(
                seconds,
                used,
                used / seconds,
                same(result.number("flipped").orElseThrow().longValue(), loaded.wouldFlip()),
                result.object("self_check").map(Json::toString).orElse("-")));
  }

  private String same(long found, long expected) {
    sound &= found == expected;
    return found == expected
        ? "%,d, as loaded".formatted(found)
        : "%,d, BUT %,d WERE LOADED".formatted(found, expected);
  }

  private HttpRequest.Builder request(String key, String path) throws IOException {
    var keys =
        JsonReader.readObject(Files.readString(data.resolve("demo.json")))
            .object("api_keys")
            .orElseThrow();
    var uri = path.startsWith("http") ? path : "http://localhost:" + port + path;
    return HttpRequest.newBuilder(URI.create(uri))
        .header("Authorization", "Bearer " + keys.text(key).orElseThrow());
  }

  private record Timed(JsonObject json, long nanos) {}

  /// Asks again where the key's limit says so; only the answer's own time counts.
  private Timed get(String key, String path) throws IOException, InterruptedException {
    while (true) {
      long begun = System.nanoTime();
      var answer = client.send(request(key, path).build(), BodyHandlers.ofString());
      long nanos = System.nanoTime() - begun;
      if (answer.statusCode() != TOO_MANY) {
        return new Timed(expected(answer, 200), nanos);
      }
      Thread.sleep(LIMITED_MILLIS);
    }
  }

  private HttpResponse<String> post(String path, String body)
      throws IOException, InterruptedException {
    return client.send(
        request("policy_author", path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private static JsonObject expected(HttpResponse<String> answer, int status) {
    if (answer.statusCode() != status) {
      throw new IllegalStateException(answer.uri() + ": " + answer.statusCode() + answer.body());
    }
    return (JsonObject) JsonReader.read(answer.body(), 64);
  }

  private static String millis(long[] times) {
    var each = new StringBuilder();
    for (long time : times) {
      each.append(each.isEmpty() ? "" : " ").append("%.0f".formatted(time / 1e6));
    }
    return "median %.0f ms (%s)".formatted(median(times) / 1e6, each);
  }

  private static long median(long[] times) {
    var sorted = times.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static void say(String line) {
    System.out.println(line);
  }

  private Process start() throws IOException, InterruptedException {
    var output = data.resolveSibling("server.out");
    var server =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dcountersign.packs=" + root.resolve("packs").toAbsolutePath(),
                "-jar",
                root.resolve("server/target/quarkus-app/quarkus-run.jar").toString(),
                "demo",
                "--no-browser",
                "--port",
                Integer.toString(port),
                "--data-dir",
                data.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    long end = System.nanoTime() + START.toNanos();
    while (!Files.readString(output, StandardCharsets.UTF_8).contains("Countersign is ready")) {
      if (!server.isAlive() || System.nanoTime() > end) {
        server.destroyForcibly();
        throw new IllegalStateException("the server did not start: " + Files.readString(output));
      }
      Thread.sleep(POLL_MILLIS);
    }
    return server;
  }

  private static void stop(Process server) throws InterruptedException {
    server.destroy();
    server.waitFor();
  }
}
