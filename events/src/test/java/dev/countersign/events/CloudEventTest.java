package dev.countersign.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Which case an event belongs to, by what its entry says.
class CloudEventTest {
  private static final UUID CASE = new UUID(0x7000L, 0x8000000000000aaaL);
  private static final UUID OTHER = new UUID(0x7000L, 0x8000000000000bbbL);

  private static JsonObject entry(String resource, String resourceId, JsonObject details) {
    return Json.object()
        .put("id", OTHER.toString())
        .put("tenant", OTHER.toString())
        .put("time", "2026-11-01T12:00:00.000000Z")
        .put("action", "some.thing")
        .put("resource", resource)
        .put("resource_id", resourceId)
        .put("correlation_id", OTHER.toString())
        .put("details", details)
        .build();
  }

  private static JsonObject names(String caseId) {
    return Json.object().put("case_id", caseId).build();
  }

  @Test
  void whatIsAboutACaseBelongsToIt() {
    assertThat(CloudEvent.caseOf(entry("case", CASE.toString(), JsonObject.EMPTY))).contains(CASE);
    assertThat(CloudEvent.caseOf(entry("case", CASE.toString(), names(OTHER.toString()))))
        .contains(CASE);
  }

  @Test
  void whatNamesACaseBelongsToIt() {
    assertThat(CloudEvent.caseOf(entry("proposal", OTHER.toString(), names(CASE.toString()))))
        .contains(CASE);
    assertThat(CloudEvent.caseOf(entry("case", "no id", names(CASE.toString())))).contains(CASE);
  }

  /// A refusal repeats the id as its caller gave it.
  @Test
  void whatTellsNoIdBelongsToNoCase() {
    assertThat(CloudEvent.caseOf(entry("gate", CASE.toString(), JsonObject.EMPTY))).isEmpty();
    assertThat(CloudEvent.caseOf(entry("case", "no id", JsonObject.EMPTY))).isEmpty();
    assertThat(CloudEvent.caseOf(entry("case", "", names("1-1-1-1-1")))).isEmpty();
    var number = Json.object().put("case_id", 7L).build();
    assertThat(CloudEvent.caseOf(entry("proposal", "", number))).isEmpty();
    assertThat(CloudEvent.caseOf(JsonObject.EMPTY)).isEmpty();
  }

  @Test
  void anEventTellsItsCaseWhereItHasOne() {
    var with = CloudEvent.of("log", 7, entry("proposal", "p", names(CASE.toString())));
    assertThat(with.json().text("caseid")).contains(CASE.toString());
    var without = CloudEvent.of("log", 7, entry("gate", "g", JsonObject.EMPTY));
    assertThat(without.json().members()).doesNotContainKey("caseid");
  }
}
