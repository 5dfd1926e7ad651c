package dev.countersign.policy.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.TenantId;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// What a spreadsheet is given.
class DecisionColumnsTest {
  private static final UUID ID = new UUID(0x7000L, 0x8000000000000001L);
  private static final TenantId TENANT = new TenantId(ID);
  private static final Instant TIME = Instant.parse("2026-11-22T07:00:00Z");

  private static LoggedDecision asking(String model) {
    var content =
        """
        {"actor": "api_key:ck_1", "trace_id": "t", "details": {
          "outcome": "forbid", "risk_score": 90, "reason": "a", "policy_version": 3,
          "reasons": [{"policy": "a", "points": 70}, {"policy": "b", "points": 20}],
          "determining_policies": ["a", "b"],
          "request": {"action": {"name": "classify"}, "resource": {"type": "model", "id": "%s"}}}}
        """
            .formatted(model);
    return LoggedDecision.of(
        4, TENANT, ID, TIME, Optional.of(JsonReader.readObject(content).toString()));
  }

  private static String cell(LoggedDecision decision, String column) {
    return DecisionColumns.cells(decision).get(DecisionColumns.HEADER.indexOf(column));
  }

  @Test
  void everyColumnHasItsCell() {
    assertThat(DecisionColumns.cells(asking("gpt-4")))
        .containsExactly(
            TIME.toString(),
            ID.toString(),
            "4",
            ID.toString(),
            "false",
            "api_key:ck_1",
            "gpt-4",
            "classify",
            "forbid",
            "false",
            "90",
            "a",
            "a:70 b:20",
            "a b",
            "",
            "3",
            "",
            "t",
            "{\"action\":{\"name\":\"classify\"},\"resource\":{\"id\":\"gpt-4\",\"type\":\"model\"}}");
  }

  @Test
  void whatHasExpiredHasOnlyItsHead() {
    var erased = LoggedDecision.of(4, TENANT, ID, TIME, Optional.empty());
    assertThat(DecisionColumns.cells(erased))
        .hasSameSizeAs(DecisionColumns.HEADER)
        .startsWith(TIME.toString(), ID.toString(), "4", ID.toString(), "true")
        .endsWith("", "", "", "");
  }

  @Test
  void noCellIsAFormula() {
    for (var start : new String[] {"=", "+", "-", "@", "\\t", "\\r", "\\n"}) {
      assertThat(cell(asking(start + "cmd()"), "model"))
          .as(start)
          .startsWith("'")
          .endsWith("cmd()");
    }
    assertThat(cell(asking("a=1"), "model")).isEqualTo("a=1");
  }
}
