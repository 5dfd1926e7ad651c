package dev.countersign.workflow;

import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// Something that happened to a case: posted by somebody, or one of our own ([Kind]). Appended and
/// never changed.
///
/// @param number its place among the case's events, from 1
/// @param type of those posted a name; our own have a point, so that nobody posts one of them
/// @param data of those posted what the caller gave
/// @param actor who authenticated, or the timer
/// @param occurredAt as a demo tenant says
/// @param depth how many rules it follows from, each by a proposal that was executed
public record CaseEvent(
    UUID id,
    UUID caseId,
    long number,
    String type,
    JsonObject data,
    String actor,
    Instant at,
    Optional<Instant> occurredAt,
    int depth) {

  /// More than these of one case, and somebody is logging instead of telling. Our own come beside
  /// them: a case that could not be told of could not move.
  public static final int MOST_POSTED = 10_000;

  /// What the case itself tells.
  public enum Kind {
    OPENED("case.opened"),
    MOVED("case.moved"),
    SLA_MISSED("case.sla_missed"),
    TASK_COMPLETED("task.completed"),
    TASK_FAILED("task.failed");

    private final String type;

    Kind(String type) {
      this.type = type;
    }

    public String type() {
      return type;
    }
  }

  /// What somebody tells.
  public record Told(String type, JsonObject data) {

    /// Reads `{type, data?}`; every problem is noted.
    public static Told read(Fields fields) {
      return new Told(Word.name(fields, "type"), Case.kept(fields, "data"));
    }
  }

  public CaseEvent {
    if (number < 1 || depth < 0) {
      throw new IllegalArgumentException("an event's number counts from 1, its depth from 0");
    }
  }

  public JsonObject json() {
    return Json.object()
        .put("event_id", id.toString())
        .put("case_id", caseId.toString())
        .put("number", number)
        .put("type", type)
        .put("data", data)
        .put("actor", actor)
        .put("at", at.toString())
        .put("occurred_at", occurredAt.map(time -> Json.of(time.toString())))
        .build();
  }
}
