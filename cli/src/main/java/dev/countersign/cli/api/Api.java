package dev.countersign.cli.api;

import dev.countersign.cli.console.CommandFailure;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.JsonReader.MalformedJson;
import dev.countersign.kernel.JsonWriter;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// The server, request by request. Blocks; safe for use by many threads.
///
/// What may pass is waited for and repeated: no connection, a lost answer, 429, 503. A write MUST
/// have an idempotency key of its own, the same at each run of the program, so that none is done
/// twice.
public final class Api implements AutoCloseable {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);

  // The server answers within seconds or says 503.
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

  // An export streams for as long as the log is long.
  private static final Duration DOWNLOAD_LIMIT = Duration.ofMinutes(30);

  // The largest answer is a page of a hundred stories.
  private static final long LARGEST_ANSWER = 16L << 20;

  // As deep as details of an entry within an answer within a page.
  private static final int DEEPEST_ANSWER = 40;

  private static final int KEY_BYTES = 16;

  private final URI base;
  private final Retries retries;
  private final RandomGenerator random;
  private final Consumer<String> notes;
  private final HttpClient client;

  /// @param notes told what is waited for, and an empty text when it goes on
  public Api(URI base, RandomGenerator random, Consumer<String> notes) {
    this.base = base;
    this.retries = Retries.DEFAULT;
    this.random = random;
    this.notes = notes;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_LIMIT)
            .build();
  }

  /// Asks once whether a server is there, so that a wrong address is said at once.
  public void requireServer() {
    try {
      client.send(request("/health/live").build(), BodyHandlers.discarding());
    } catch (IOException e) {
      throw new CommandFailure.Failed(
          "no server answers at `" + base + "`",
          "start one with `countersign demo`, or give --url",
          e);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  /// @param key of the API; empty where none is needed
  /// @param path with its query
  public Answer get(String key, String path) {
    return answer(path, exchange(authorized(request(path), key).build()));
  }

  public Answer post(String key, String path, String idempotencyKey, JsonObject body) {
    var request =
        authorized(request(path), key)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", idempotencyKey)
            .POST(BodyPublishers.ofByteArray(JsonWriter.bytes(body)));
    return answer(path, exchange(request.build()));
  }

  public Answer delete(String key, String path, String idempotencyKey) {
    var request = authorized(request(path), key).header("Idempotency-Key", idempotencyKey).DELETE();
    return answer(path, exchange(request.build()));
  }

  /// An idempotency key that no other run of the program uses.
  public static String freshKey(RandomGenerator random) {
    var bytes = new byte[KEY_BYTES];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /// What is served as bytes and needs no key, such as a tile.
  public byte[] bytes(String path) {
    var response = exchange(request(path).build());
    if (response.statusCode() != 200) {
      throw refused(response).failure("reading `" + path + "`");
    }
    return response.body();
  }

  /// What is served as text and needs no key, such as a checkpoint.
  public String text(String path) {
    return new String(bytes(path), StandardCharsets.UTF_8);
  }

  /// Streams an answer into a file. Not repeated: the caller knows what to do with half a file.
  public void download(String key, String path, Path file) {
    var request = authorized(request(path), key).timeout(DOWNLOAD_LIMIT).build();
    try {
      var response = client.send(request, BodyHandlers.ofInputStream());
      try (InputStream body = response.body()) {
        if (response.statusCode() != 200) {
          var text = new String(body.readNBytes(1 << 16), StandardCharsets.UTF_8);
          throw Problem.of(response.statusCode(), text).failure("reading `" + path + "`");
        }
        Files.copy(body, file, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new CommandFailure.Failed(
          "reading `" + path + "` failed: " + e.getMessage(), "try again", e);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  /// A value as it may stand in a query.
  public static String quoted(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(base.resolve(path)).timeout(ANSWER_LIMIT);
  }

  private static HttpRequest.Builder authorized(HttpRequest.Builder request, String key) {
    return key.isEmpty() ? request : request.header("Authorization", "Bearer " + key);
  }

  private HttpResponse<byte[]> exchange(HttpRequest request) {
    long failingSince = 0;
    for (int attempt = 1; ; attempt++) {
      String trouble;
      Optional<Duration> asked = Optional.empty();
      Optional<Throwable> cause = Optional.empty();
      try {
        var response =
            client.send(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LARGEST_ANSWER));
        if (!Retries.helps(response.statusCode())) {
          if (attempt > 1) {
            notes.accept("");
          }
          return response;
        }
        trouble = refused(response).line();
        asked = Retries.asked(response.headers().firstValue("Retry-After"));
      } catch (IOException e) {
        trouble = "no answer from `" + base + "`";
        cause = Optional.of(e);
      } catch (InterruptedException e) {
        throw interrupted();
      }
      failingSince = attempt == 1 ? System.nanoTime() : failingSince;
      var waited = Duration.ofNanos(System.nanoTime() - failingSince);
      var pause = retries.pause(attempt, waited, asked, random);
      if (pause.isEmpty()) {
        throw gaveUp(trouble, cause);
      }
      notes.accept("waiting for the server: " + trouble);
      sleep(pause.get());
    }
  }

  private CommandFailure gaveUp(String trouble, Optional<Throwable> cause) {
    var what = "gave up after %d s: %s".formatted(retries.patience().toSeconds(), trouble);
    var hint = "see that the server runs, then run the same command again";
    return cause
        .map(thrown -> new CommandFailure.Failed(what, hint, thrown))
        .orElseGet(() -> new CommandFailure.Failed(what, hint));
  }

  private static void sleep(Duration pause) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private static CommandFailure interrupted() {
    Thread.currentThread().interrupt();
    return new CommandFailure.Interrupted("run the same command again; what was done stays done");
  }

  private static Answer answer(String path, HttpResponse<byte[]> response) {
    if (response.statusCode() < 200 || response.statusCode() > 299) {
      return new Answer.Refused(refused(response));
    }
    try {
      if (JsonReader.read(response.body(), DEEPEST_ANSWER) instanceof JsonObject body) {
        return new Answer.Done(body);
      }
    } catch (MalformedJson e) {
      throw Answer.notUnderstood("`" + path + "`", String.valueOf(e.getMessage()));
    }
    throw Answer.notUnderstood("`" + path + "`", "no object");
  }

  private static Problem refused(HttpResponse<byte[]> response) {
    return Problem.of(response.statusCode(), new String(response.body(), StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
