package dev.countersign.workflow.store;

import dev.countersign.kernel.Json.JsonArray;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.workflow.AuthorizedBy;
import dev.countersign.workflow.ExecutionPhase;
import dev.countersign.workflow.ExecutionState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// What was or is being carried out, and what it changed.
///
/// @param attempts of the phase; the number of the latest one is what its holder shows to say that
///   the execution is still his
/// @param seriesStart how many attempts there were when a person let it begin anew
/// @param before where the case stood
/// @param after where it stands once this is carried out
/// @param executedAt when it was carried out; when it began, until then
/// @param dueAt when the latest attempt is given up or the next one is made; empty if nothing is
///   under way
/// @param parked why it waits for a person
/// @param outcomeDueAt when its missing outcome is overdue
/// @param undone who took it back, or tried to
public record Execution(
    UUID id,
    UUID proposalId,
    ExecutionState state,
    ExecutionPhase phase,
    String handlerVersion,
    AuthorizedBy authorizedBy,
    int attempts,
    int seriesStart,
    JsonObject before,
    JsonObject after,
    JsonArray diff,
    Duration duration,
    Instant executedAt,
    Optional<Instant> dueAt,
    Optional<Parked> parked,
    Optional<Instant> outcomeDueAt,
    boolean overdue,
    Optional<Undone> undone) {

  /// Nothing more is tried until a person says so.
  public record Parked(String code, Instant at) {}

  /// @param late whether the time for it was over, so that glass had to be broken
  public record Undone(String by, Instant at, String reason, boolean late) {}

  /// Whether a system is being asked, or will be, without a person.
  public boolean underWay() {
    return dueAt.isPresent();
  }

  public Execution in(ExecutionState next) {
    return with(ExecutionState.MOVES.move(state, next), attempts, Optional.empty(), parked);
  }

  /// The next attempt, whose holder is alone until `leaseEnd`.
  public Execution attempted(Instant leaseEnd) {
    return with(state, attempts + 1, Optional.of(leaseEnd), Optional.empty());
  }

  /// Rests until `next`.
  public Execution resting(Instant next) {
    return with(state, attempts, Optional.of(next), Optional.empty());
  }

  /// Rests until `next` without having lost an attempt.
  public Execution postponed(Instant next) {
    return redriven(seriesStart + 1, next);
  }

  /// Waits for a person.
  public Execution parked(String code, Instant at) {
    return with(state, attempts, Optional.empty(), Optional.of(new Parked(code, at)));
  }

  /// What a person looked at is over.
  public Execution unparked() {
    return with(state, attempts, Optional.empty(), Optional.empty());
  }

  /// Begins anew at `at`, with all its attempts.
  public Execution redriven(Instant at) {
    return redriven(attempts, at);
  }

  private Execution redriven(int start, Instant due) {
    return new Execution(
        id,
        proposalId,
        state,
        phase,
        handlerVersion,
        authorizedBy,
        attempts,
        start,
        before,
        after,
        diff,
        duration,
        executedAt,
        Optional.of(due),
        Optional.empty(),
        outcomeDueAt,
        overdue,
        undone);
  }

  /// Carried out at `at`.
  public Execution done(Duration took, Instant at, Instant outcomeDue) {
    return new Execution(
        id,
        proposalId,
        ExecutionState.MOVES.move(state, ExecutionState.EXECUTED),
        phase,
        handlerVersion,
        authorizedBy,
        attempts,
        seriesStart,
        before,
        after,
        diff,
        took,
        at,
        Optional.empty(),
        Optional.empty(),
        Optional.of(outcomeDue),
        overdue,
        undone);
  }

  /// Being taken back, with attempts of its own.
  public Execution undoing(Undone undoing) {
    return new Execution(
        id,
        proposalId,
        state,
        ExecutionPhase.BACK,
        handlerVersion,
        authorizedBy,
        0,
        0,
        before,
        after,
        diff,
        duration,
        executedAt,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        overdue,
        Optional.of(undoing));
  }

  private Execution with(
      ExecutionState next, int tried, Optional<Instant> due, Optional<Parked> waiting) {
    return new Execution(
        id,
        proposalId,
        next,
        phase,
        handlerVersion,
        authorizedBy,
        tried,
        seriesStart,
        before,
        after,
        diff,
        duration,
        executedAt,
        due,
        waiting,
        outcomeDueAt,
        overdue,
        undone);
  }
}
