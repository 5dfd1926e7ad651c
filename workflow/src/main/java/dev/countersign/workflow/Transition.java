package dev.countersign.workflow;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// One way from some queues to another, under a gate and with the people who have to agree.
///
/// A rejection, a hold, a cancellation or a reopening is a transition like any other: what it means
/// is the state of the queue that it leads to.
///
/// @param type the name by which an action asks for it, and the action type of trust
/// @param guard what has to be true of the case, in CEL over `case` and `action`
/// @param amount the attribute, an integer of minor units, up to which a gate may be authorized
/// @param opens the tasks that it opens when it has moved a case
/// @param sla how soon a case should take it, or another, after it came to where it starts; counted
///   by the calendar of its approval, if it names one
/// @param call the system that carries it out, if the handler is [Handler#HTTP]
/// @param rollback how long after its execution it may be taken back without breaking glass
/// @param outcomeDeadline how long an execution's outcome may be missing before it is overdue
/// @param manualSeconds how long a person takes for it by hand, if somebody measured
public record Transition(
    String type,
    SortedSet<String> from,
    String to,
    String gate,
    ApprovalRules approval,
    Handler handler,
    Optional<String> guard,
    Optional<String> amount,
    List<TaskTemplate> opens,
    Optional<Duration> sla,
    Optional<RemoteCall> call,
    Duration rollback,
    Duration outcomeDeadline,
    Optional<Long> manualSeconds) {

  public static final Duration DEFAULT_OUTCOME_DEADLINE = Duration.ofDays(14);

  /// As long as somebody who sees a mistake at once needs to say so.
  public static final Duration DEFAULT_ROLLBACK = Duration.ofMinutes(15);

  /// After a quarter of a year a step is history.
  static final Duration LONGEST_ROLLBACK = Duration.ofDays(92);

  /// After a year nobody could still say what an execution led to.
  static final Duration LONGEST_OUTCOME_DEADLINE = Duration.ofDays(366);

  /// A week of work; more is a mistake in the unit.
  static final long MOST_MANUAL_SECONDS = Duration.ofDays(7).toSeconds();

  /// A case that waits longer for one step has no agreement about its time.
  static final Duration LONGEST_SLA = Duration.ofDays(366);

  /// More work at once than a person takes in.
  static final int MOST_OPENED = 20;

  public Transition {
    if (!Word.isName(type) || !Word.isName(gate)) {
      throw new IllegalArgumentException("`" + type + "` or `" + gate + "` is not a name");
    }
    if (from.isEmpty() || from.contains(to)) {
      throw new IllegalArgumentException("the transition `" + type + "` leads nowhere");
    }
    if (call.isPresent() != (handler == Handler.HTTP)) {
      throw new IllegalArgumentException("the handler `http` and nothing else calls a system");
    }
    from = Collections.unmodifiableSortedSet(new TreeSet<>(from));
    opens = List.copyOf(opens);
  }

  /// Whose agreement it needs by itself.
  public ApprovalRequirement requirement() {
    return approval.requirement();
  }

  /// Whether people have to agree to it whatever was earned: it says so, or asks for more than one
  /// person's word, which nothing that was earned by itself replaces.
  public boolean alwaysAsks() {
    return approval.always()
        || requirement().of() > 1
        || requirement().fourEyes()
        || !requirement().vetoRoles().isEmpty();
  }

  /// Whether an execution can be taken back.
  public boolean reversible() {
    return compensation().isPresent();
  }

  /// What takes an execution back, for people to read; empty if nothing does.
  public Optional<String> compensation() {
    return switch (handler) {
      case TRANSITION -> Optional.of("moves the case back");
      case HTTP ->
          call.flatMap(RemoteCall::compensateHost)
              .map(host -> "asks " + host + " to take it back, then moves the case back");
    };
  }

  /// The hosts that carrying it out calls.
  public List<String> otherSystems() {
    return call.stream().map(RemoteCall::host).toList();
  }

  /// When it is overdue for a case that came to where it starts at `since`, if it ever is.
  Optional<Instant> overdueAt(Instant since) {
    return sla.map(time -> approval.after(since, time));
  }

  public JsonObject json() {
    var json =
        Json.object()
            .put("type", type)
            .put("from", from.size() == 1 ? Json.of(from.first()) : Json.strings(from))
            .put("to", to)
            .put("gate", gate)
            .put("approver_roles", Json.strings(requirement().groups().getFirst().roles()))
            .put("approval", approval.json())
            .put("handler", handler.word())
            .put("guard", guard.map(Json::of))
            .put("amount", amount.map(Json::of));
    if (!opens.isEmpty()) {
      json.put("opens", Json.array(opens.stream().map(TaskTemplate::json).toList()));
    }
    return json.put("sla_seconds", sla.map(time -> Json.of(time.toSeconds())))
        .put("call", call.map(RemoteCall::json))
        .put(
            "rollback_seconds",
            Optional.of(rollback)
                .filter(window -> !window.equals(DEFAULT_ROLLBACK))
                .map(window -> Json.of(window.toSeconds())))
        .put("outcome_deadline_seconds", outcomeDeadline.toSeconds())
        .put("manual_seconds", manualSeconds.map(Json::of))
        .build();
  }

  /// Changes with anything that the transition does; a gate is authorized for this form only.
  public Digest digest() {
    return Digest.ofCanonical(json());
  }
}
