package dev.countersign.cli.approvals;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.JsonReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class CardTest {

  private static String card(String profile) {
    var text = new StringWriter();
    Card.print(
        JsonReader.readObject(
            """
            {"id": "0199", "state": "pending", "profile": "%s", "expires_at": "2026-11-01T08:00:00.123Z",
             "approval_digest": "ab", "approved": 0, "quorum": 1}\
            """
                .formatted(profile)),
        new PrintWriter(text));
    return text.toString();
  }

  @Test
  void whatIsDecidedInADemoSaysSo() {
    assertThat(card("demo")).contains("profile        demo:");
    assertThat(card("standard")).doesNotContain("demo");
  }
}
