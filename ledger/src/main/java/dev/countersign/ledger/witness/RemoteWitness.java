package dev.countersign.ledger.witness;

import dev.countersign.ledger.AddCheckpoint;
import dev.countersign.ledger.MalformedLedgerData;
import dev.countersign.ledger.NoteSignature;
import dev.countersign.ledger.VerifierKey;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A witness that is asked to cosign our checkpoints.
///
/// It may lie, hang or never stop talking: an exchange ends after [#PATIENCE], an answer after
/// [#LARGEST_ANSWER] bytes, and redirects are not followed. Its address comes from the operator, so
/// it may be anywhere. Safe for use by many threads; blocks.
public final class RemoteWitness {
  /// A witness looks one row up and signs; whoever needs longer is asked again later.
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Duration CONNECT = Duration.ofSeconds(3);

  /// Room for sixteen signatures of five kilobytes.
  private static final int LARGEST_ANSWER = 128 * 1024;

  private static final String SIZE_TYPE = "text/x.tlog.size";

  private final String name;
  private final List<VerifierKey> keys;
  private final URI address;
  private final HttpClient client;
  private final Duration patience;

  /// @param name what the operator calls it
  /// @param keys by which its cosignatures are verified
  /// @param prefix its submission prefix; `http` or `https`
  public RemoteWitness(String name, List<VerifierKey> keys, URI prefix, HttpClient client) {
    this(name, keys, prefix, client, PATIENCE);
  }

  /// @param patience for an exchange as a whole
  public RemoteWitness(
      String name, List<VerifierKey> keys, URI prefix, HttpClient client, Duration patience) {
    this.name = name;
    this.keys = List.copyOf(keys);
    if (keys.isEmpty() || !keys.stream().allMatch(key -> key.type().cosigns())) {
      throw new IllegalArgumentException(
          "witness `" + name + "` is verified by at least one key for cosignatures");
    }
    if (keys.stream().map(VerifierKey::name).distinct().count() != 1) {
      throw new IllegalArgumentException("the keys of witness `" + name + "` have several names");
    }
    this.address = address(name, prefix);
    this.client = client;
    this.patience = patience;
  }

  /// A client that follows nobody anywhere.
  public static HttpClient client() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NEVER)
        .connectTimeout(CONNECT)
        .build();
  }

  private static URI address(String name, URI prefix) {
    boolean usable =
        List.of("http", "https").contains(Objects.requireNonNullElse(prefix.getScheme(), ""))
            && prefix.getHost() != null
            && prefix.getRawUserInfo() == null
            && prefix.getRawQuery() == null
            && prefix.getRawFragment() == null;
    if (!usable) {
      throw new IllegalArgumentException(
          "the address of witness `" + name + "` is not `https://host/path`: `" + prefix + "`");
    }
    var text = prefix.toString();
    return URI.create((text.endsWith("/") ? text : text + "/") + "add-checkpoint");
  }

  public String name() {
    return name;
  }

  public List<VerifierKey> keys() {
    return keys;
  }

  /// Sends a checkpoint and waits for the answer.
  public Reply submit(AddCheckpoint checkpoint) throws InterruptedException {
    var request =
        HttpRequest.newBuilder(address)
            .timeout(patience)
            .header("Content-Type", "text/plain; charset=utf-8")
            .POST(BodyPublishers.ofString(checkpoint.toString(), StandardCharsets.UTF_8))
            .build();
    var exchange =
        client.sendAsync(
            request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LARGEST_ANSWER));
    try {
      // The request's own time-out ends with the headers of the answer.
      return reply(exchange.get(patience.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      exchange.cancel(true);
      return new Reply.Unanswered(late());
    } catch (InterruptedException e) {
      exchange.cancel(true);
      throw e;
    } catch (ExecutionException e) {
      return new Reply.Unanswered(reason(e));
    }
  }

  private String late() {
    return "it did not answer within " + patience.toMillis() + " ms";
  }

  private String reason(ExecutionException failure) {
    if (failure.getCause() instanceof HttpTimeoutException) {
      return late();
    }
    return failure.getCause() instanceof IOException cause && cause.getMessage() != null
        ? "it cannot be reached: " + cause.getMessage()
        : "it cannot be reached";
  }

  private static Reply reply(HttpResponse<byte[]> response) {
    return switch (response.statusCode()) {
      case 200 -> cosigned(response.body());
      case 409 -> conflict(response);
      case 422 -> new Reply.Inconsistent();
      default -> new Reply.Refused(response.statusCode());
    };
  }

  private static Reply cosigned(byte[] body) {
    var text = text(body);
    if (text.isEmpty()) {
      return new Reply.Unanswered("its answer is not text");
    }
    try {
      return new Reply.Cosigned(NoteSignature.parseLines(text.get()));
    } catch (MalformedLedgerData e) {
      return new Reply.Unanswered("its answer is no signature: " + e.getMessage());
    }
  }

  /// Exactly as it is defined: a size that is misread would stop the log.
  private static Reply conflict(HttpResponse<byte[]> response) {
    var type = response.headers().firstValue("Content-Type").orElse("").split(";", 2)[0].strip();
    var text = text(response.body()).orElse("");
    if (!type.equalsIgnoreCase(SIZE_TYPE) || !text.endsWith("\n")) {
      return new Reply.Unanswered("its 409 names no size");
    }
    try {
      var digits = text.substring(0, text.length() - 1);
      long size = Long.parseLong(digits);
      return size >= 0 && String.valueOf(size).equals(digits)
          ? new Reply.Conflict(size)
          : new Reply.Unanswered("its 409 names no size");
    } catch (NumberFormatException e) {
      return new Reply.Unanswered("its 409 names no size");
    }
  }

  private static Optional<String> text(byte[] body) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
