package dev.countersign.workflow;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// One way from a queue to another, under a gate and with the roles that may approve it.
///
/// @param type the name by which an action asks for it, and the action type of trust
/// @param outcomeDeadline how long an execution's outcome may be missing before it is overdue
/// @param manualSeconds how long a person takes for it by hand, if somebody measured
public record Transition(
    String type,
    String from,
    String to,
    String gate,
    SortedSet<String> approverRoles,
    Handler handler,
    Duration outcomeDeadline,
    Optional<Long> manualSeconds) {

  public static final Duration DEFAULT_OUTCOME_DEADLINE = Duration.ofDays(14);

  /// After a year nobody could still say what an execution led to.
  static final Duration LONGEST_OUTCOME_DEADLINE = Duration.ofDays(366);

  /// A week of work; more is a mistake in the unit.
  static final long MOST_MANUAL_SECONDS = Duration.ofDays(7).toSeconds();

  public Transition {
    if (!Word.isName(type) || !Word.isName(gate)) {
      throw new IllegalArgumentException("`" + type + "` or `" + gate + "` is not a name");
    }
    if (from.equals(to)) {
      throw new IllegalArgumentException("the transition `" + type + "` leads nowhere");
    }
    if (approverRoles.isEmpty()) {
      // Fail closed: without a role nobody could tell who may agree.
      throw new IllegalArgumentException("the transition `" + type + "` names no approver role");
    }
    approverRoles = Collections.unmodifiableSortedSet(new TreeSet<>(approverRoles));
  }

  public JsonObject json() {
    return Json.object()
        .put("type", type)
        .put("from", from)
        .put("to", to)
        .put("gate", gate)
        .put("approver_roles", Json.strings(approverRoles))
        .put("handler", handler.word())
        .put("outcome_deadline_seconds", outcomeDeadline.toSeconds())
        .put("manual_seconds", manualSeconds.map(Json::of))
        .build();
  }

  /// Changes with anything that the transition does; a gate is authorized for this form only.
  public Digest digest() {
    return Digest.ofCanonical(json());
  }
}
