package dev.countersign.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.testkit.Property;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/// Bodies that no client should send, by the hundred: no check breaks the server, and none that is
/// damaged is allowed.
@QuarkusTest
@QuarkusTestResource(TestServer.class)
class MalformedCheckTest {
  private static final int CASES = 400;

  /// A check that is blocked: whatever of it survives a change must be refused or blocked as well.
  private static final String RISKY =
      """
      {"model":"gpt-4","operation":"classify","trace_id":"t","subject":{"type":"user","id":"u"},\
      "metadata":{"contains_personal_data":true,"is_external_model":true,"tokens":12,"intent":"x"}}\
      """;

  /// Each is wrong as it stands, in a way that must be found before anything is decided.
  private static final List<String> WRONG =
      List.of(
          "",
          "null",
          "[]",
          "\"text\"",
          "{\"model\":\"gpt-4\"}",
          "{\"model\":\"gpt-4\",\"operation\":\"classify\",\"metadata\":{}} x",
          "{\"model\":\"gpt-4\",\"operation\":\"classify\",\"metadata\":{},\"model\":\"gpt-4\"}",
          "{\"model\":\"\",\"operation\":\"classify\",\"metadata\":{}}",
          "{\"model\":1,\"operation\":\"classify\",\"metadata\":{}}",
          "{\"model\":\"gpt-4\",\"operation\":\"classify\",\"metadata\":[]}",
          "{\"model\":\"gpt-4\",\"operation\":\"classify\",\"metadata\":{\"tokens\":1e400}}",
          "{\"model\":\"gpt-4\",\"operation\":\"classify\",\"metadata\":{\"tokens\":9007199254740993}}",
          "{\"model\":\"gpt-4\",\"operation\":\"classify\",\"metadata\":{\"tokens\":\"12\"}}",
          "{\"model\":\"gpt-4\",\"operation\":\"classify\",\"metadata\":{\"contains_personal_data\":\"false\"}}",
          "{\"model\":\"gpt-4\",\"operation\":\"classify\",\"metadata\":{\"undeclared\":1}}",
          "{\"model\":\"gpt-4\",\"operation\":\"classify\",\"metadata\":{\"intent\":\"\\ud800\"}}",
          "{\"model\":\"gpt-4\",\"operation\":\"classify\",\"metadata\":{},\"allowed\":true}",
          "{\"model\":\"gpt-4\",\"operation\":\"classify\",\"metadata\":{},\"PROMPT\":\"x\"}",
          "{\"model\":\"" + "m".repeat(201) + "\",\"operation\":\"classify\",\"metadata\":{}}",
          "{\"model\":\"gpt-4\",\"operation\":\"classify\",\"metadata\":"
              + "[".repeat(5_000)
              + "]".repeat(5_000)
              + "}");

  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void whatIsWrongIsRefused() throws IOException {
    var key = new Http().key("load");
    SoftAssertions.assertSoftly(all -> {
      for (var body : WRONG) {
        var answer = send(key, body.getBytes(StandardCharsets.UTF_8));
        all.assertThat(answer.statusCode()).as("%.200s: %s", body, answer.body()).isEqualTo(400);
      }
      all.assertThat(send(key, new byte[0]).body())
          .contains("\"code\":\"missing\"", "a body is required, and there is none");
      all.assertThat(send(key, new byte[70 * 1024]).statusCode()).isEqualTo(413);
    });
  }

  @Test
  void noDamageAllowsAnything() throws IOException {
    var key = new Http().key("load");
    Property.holdsFor(
        CASES,
        random -> {
          var body = damaged(random);
          var answer = send(key, body);
          assertThat(answer.statusCode())
              .as("%s: %s", new String(body, StandardCharsets.ISO_8859_1), answer.body())
              .isIn(200, 400, 413);
          if (answer.statusCode() == 200 && risky(body)) {
            assertThat(JsonReader.readObject(answer.body()).truth("allowed"))
                .as(new String(body, StandardCharsets.ISO_8859_1))
                .hasValue(false);
          }
        });
  }

  /// Whether a body that was accepted still declares the risk; damage may have cut out just that.
  private static boolean risky(byte[] body) {
    var metadata =
        JsonReader.readObject(new String(body, StandardCharsets.UTF_8))
            .object("metadata")
            .orElse(JsonObject.EMPTY);
    return metadata.truth("contains_personal_data").orElse(false)
        || metadata.truth("is_external_model").orElse(false);
  }

  private static byte[] damaged(RandomGenerator random) {
    var body = RISKY.getBytes(StandardCharsets.UTF_8);
    int at = random.nextInt(body.length);
    int to = at + random.nextInt(body.length - at);
    return switch (random.nextInt(6)) {
      case 0 -> pieces(body, 0, at);
      case 1 -> {
        body[at] = (byte) random.nextInt(256);
        yield body;
      }
      case 2 -> {
        body[at] ^= (byte) (1 << random.nextInt(8));
        yield body;
      }
      case 3 -> pieces(body, 0, at, to, body.length);
      case 4 -> pieces(body, 0, to, at, body.length);
      default -> {
        var noise = new byte[random.nextInt(300)];
        for (int i = 0; i < noise.length; i++) {
          noise[i] = (byte) random.nextInt(256);
        }
        yield noise;
      }
    };
  }

  /// The parts of a body between each pair of places, one after the other.
  private static byte[] pieces(byte[] body, int... places) {
    var made = new ByteArrayOutputStream();
    for (int i = 0; i < places.length; i += 2) {
      made.write(body, places[i], places[i + 1] - places[i]);
    }
    return made.toByteArray();
  }

  private HttpResponse<String> send(String key, byte[] body) {
    var request =
        HttpRequest.newBuilder(URI.create(Http.url() + "/v1/check"))
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + key)
            .POST(BodyPublishers.ofByteArray(body))
            .build();
    try {
      return client.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
