package dev.countersign.workflow;

import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.policy.Predicates;
import dev.countersign.policy.Predicates.Variable;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/// Something that happened to a case: posted by somebody, or one of our own ([Kind]). Appended and
/// never changed.
///
/// @param type of those posted a name; our own have a point, so that nobody posts one of them
/// @param data of those posted what the caller gave
/// @param actor who authenticated, or the timer
/// @param occurredAt as a demo tenant says
/// @param depth how many rules it follows from, each by a proposal that was executed
public record CaseEvent(
    UUID id,
    UUID caseId,
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
    OPENED("case.opened", true),
    MOVED("case.moved", true),
    HELD("case.held", false),
    RELEASED("case.released", false),
    MIGRATED("case.migrated", false),
    CORRECTED("case.corrected", true),
    SLA_MISSED("case.sla_missed", true),
    TASK_COMPLETED("task.completed", true),
    TASK_FAILED("task.failed", true);

    private final String type;
    private final boolean seen;

    Kind(String type, boolean seen) {
      this.type = type;
      this.seen = seen;
    }

    /// Whether rules may react to it. To what a rule does itself none does, so that a chain of them
    /// leads through something that was executed, and no further.
    boolean seen() {
      return seen;
    }

    public String type() {
      return type;
    }
  }

  /// As the language of conditions is told.
  static final Variable VARIABLE =
      new Variable(
          "event",
          new TreeMap<>(
              Map.of(
                  "type", Predicates.Type.TEXT,
                  "data", Predicates.Type.OBJECT,
                  "actor", Predicates.Type.TEXT,
                  "at", Predicates.Type.TEXT)));

  /// Whether rules may react to events of that type.
  static boolean seen(String type) {
    return Word.isName(type)
        || Arrays.stream(Kind.values()).anyMatch(kind -> kind.seen() && kind.type().equals(type));
  }

  /// What somebody tells.
  public record Told(String type, JsonObject data) {

    /// Reads `{type, data?}`; every problem is noted.
    public static Told read(Fields fields) {
      return new Told(Word.name(fields, "type"), Case.kept(fields, "data"));
    }
  }

  public CaseEvent {
    if (depth < 0) {
      throw new IllegalArgumentException("an event's depth counts from 0");
    }
  }

  /// What conditions may know of it.
  public JsonObject facts() {
    return Json.object()
        .put("type", type)
        .put("data", data)
        .put("actor", actor)
        .put("at", at.toString())
        .build();
  }

  /// @param number its place among the case's events, from 1
  public JsonObject json(long number) {
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
