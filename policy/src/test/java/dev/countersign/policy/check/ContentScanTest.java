package dev.countersign.policy.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Violation;
import dev.countersign.testkit.Property;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContentScanTest {
  private static final List<String> FORBIDDEN =
      List.of(
          "prompt",
          "text",
          "input",
          "message",
          "messages",
          "content",
          "request_body",
          "response_body",
          "user_data");

  @Test
  void aForbiddenKeyIsFoundInAnyCaseAtAnyDepth() {
    Property.holdsFor(
        500,
        random -> {
          var key = FORBIDDEN.get(random.nextInt(FORBIDDEN.size()));
          var spelled = new StringBuilder();
          key.chars()
              .forEach(c -> {
                var letter = Character.toString(c);
                spelled.append(random.nextBoolean() ? letter.toUpperCase(Locale.ROOT) : letter);
              });
          Json body = Json.object().put("before", 1).put(spelled.toString(), "secret").build();
          var path = "/" + spelled;
          for (int depth = random.nextInt(12); depth > 0; depth--) {
            if (random.nextBoolean()) {
              body = Json.array(List.of(Json.NULL, body));
              path = "/1" + path;
            } else {
              body = new JsonObject(Map.of("a/b~", body));
              path = "/a~1b~0" + path;
            }
          }
          assertThat(ContentScan.of(body)).extracting(Violation::pointer).containsExactly(path);
          assertThat(ContentScan.of(body).toString()).doesNotContain("secret");
        });
  }

  @Test
  void lettersThatOnlyMeetInUpperCaseHideNothing() {
    assertThat(ContentScan.forbids("\u0131nput")).isTrue();
    assertThat(ContentScan.forbids("me\u017F\u017Fage")).isTrue();
  }

  @Test
  void keysThatOnlyContainAForbiddenWordAreFine() {
    var body =
        JsonReader.readObject("{\"context\":1,\"message_count\":2,\"inputs\":3,\"texts\":4}");
    assertThat(ContentScan.of(body)).isEmpty();
  }

  @Test
  void valuesAreNotScanned() {
    assertThat(ContentScan.of(JsonReader.readObject("{\"intent\":\"prompt\"}"))).isEmpty();
  }
}
