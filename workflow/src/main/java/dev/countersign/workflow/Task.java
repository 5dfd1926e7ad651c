package dev.countersign.workflow;

import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;

/// Something that somebody has to do for a case. It moves no case by itself; a guard may ask
/// whether any is open.
///
/// @param number its place among the case's tasks, from 1: tasks are shown in its order
/// @param version rises by one with each change; who changes names the one he saw
/// @param what its type, its title, and who is meant to do it
/// @param assignedTo the actor who has it, as the ledger names him
/// @param workers the actors who moved it on: they had a hand in the case
public record Task(
    UUID id,
    UUID caseId,
    int number,
    int version,
    What what,
    TaskState state,
    Optional<String> assignedTo,
    SortedSet<String> workers,
    String openedBy,
    Instant openedAt,
    Instant changedAt) {

  /// More open tasks of one case than anybody oversees; what a transition opens is beside them.
  public static final int MOST_OPEN = 100;

  /// What there is to do.
  ///
  /// @param role whoever holds it may do it; anybody who may work on cases if there is none
  public record What(String type, String title, Optional<String> role, Optional<Instant> dueAt) {
    public What {
      if (!Word.isName(type)) {
        throw new IllegalArgumentException("`" + type + "` is not a name of a task type");
      }
    }
  }

  public Task {
    if (version < 1) {
      throw new IllegalArgumentException("a task's version counts from 1");
    }
    workers = Collections.unmodifiableSortedSet(new TreeSet<>(workers));
  }

  /// One that nobody has begun.
  public static Task opened(
      UUID id,
      UUID caseId,
      int number,
      TaskTemplate template,
      Optional<String> assignedTo,
      String by,
      Instant at) {
    return new Task(
        id,
        caseId,
        number,
        1,
        new What(template.type(), template.title(), template.role(), template.due().map(at::plus)),
        TaskState.PENDING,
        assignedTo,
        new TreeSet<>(),
        by,
        at,
        at);
  }

  /// The actor in a field, as the ledger names him: an id, and no text of people.
  public static Optional<String> actor(Fields fields, String name) {
    var given = fields.optionalString(name, 1, Word.LONGEST_ACTOR);
    if (given.filter(actor -> !Word.isActor(actor)).isPresent()) {
      fields.problem(name, "wrong_value", "must be an actor such as `api_key:ck_0123456789abcdef`");
    }
    return given;
  }

  /// The task after `actor` moved it on; throws [Refusal.Conflict] if that does not follow.
  ///
  /// Whoever moves it has it from then on. What somebody else has is taken from him first, so that
  /// nobody completes another's work in silence.
  public Task moved(TaskState to, Optional<String> assignee, String actor, Instant at) {
    if (!TaskState.MOVES.allows(state, to)) {
      throw new Refusal.Conflict(
          state.open() ? "wrong_move" : "task_ended",
          "task `%s` is %s, which `%s` does not follow".formatted(id, state.word(), to.word()));
    }
    if (assignee.filter(other -> !other.equals(actor)).isPresent()) {
      throw new Refusal.Conflict(
          "assigned_to_another", "task `%s` is assigned to somebody else".formatted(id));
    }
    var hands = new TreeSet<>(workers);
    hands.add(actor);
    return new Task(
        id,
        caseId,
        number,
        version + 1,
        what,
        TaskState.MOVES.move(state, to),
        Optional.of(actor),
        hands,
        openedBy,
        openedAt,
        at);
  }

  /// The task after what had opened it was taken back: it has failed, whoever has it and whether or
  /// not he began. Who took that back had no hand in it. MUST be open.
  public Task calledOff(Instant at) {
    if (!state.open()) {
      throw new IllegalStateException("task `" + id + "` is " + state.word());
    }
    return new Task(
        id,
        caseId,
        number,
        version + 1,
        what,
        TaskState.FAILED,
        assignedTo,
        workers,
        openedBy,
        openedAt,
        at);
  }

  /// The task as somebody else has it, or nobody; throws [Refusal.Conflict] if it has ended.
  public Task assigned(Optional<String> assignee, Instant at) {
    if (!state.open()) {
      throw new Refusal.Conflict("task_ended", "task `%s` is %s".formatted(id, state.word()));
    }
    return new Task(
        id, caseId, number, version + 1, what, state, assignee, workers, openedBy, openedAt, at);
  }

  public JsonObject json() {
    return Json.object()
        .put("task_id", id.toString())
        .put("case_id", caseId.toString())
        .put("number", number)
        .put("version", version)
        .put("type", what.type())
        .put("title", what.title())
        .put("role", what.role().map(Json::of))
        .put("state", state.word())
        .put("assigned_to", assignedTo.map(Json::of))
        .put("opened_by", openedBy)
        .put("opened_at", openedAt.toString())
        .put("changed_at", changedAt.toString())
        .put("due_at", what.dueAt().map(time -> Json.of(time.toString())))
        .build();
  }
}
