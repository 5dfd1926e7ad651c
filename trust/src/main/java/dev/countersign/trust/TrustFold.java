package dev.countersign.trust;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Folds a scope's ledger entries into its [TrustState].
///
/// Pure: the same events in the same order give the same state, bit for bit, on every machine. The
/// caller MUST hand in, with each event, what is remembered of its proposal, every execution that
/// is due ([Remembered#dueBefore] the time `state.after(event.at())`), and the proposals that wait
/// to be counted ([Remembered#waitingTurn]) in their order from the first one; and MUST store what
/// the [Step] remembers. Immutable and safe for use by many threads.
public final class TrustFold {
  private final Setting setting;
  private final Edition edition;

  /// By the rules of now.
  public TrustFold(Setting setting) {
    this(setting, Edition.NOW);
  }

  /// By the rules by which an event was folded before; what is new MUST be folded by those of now.
  public TrustFold(Setting setting, Edition edition) {
    this.setting = setting;
    this.edition = edition;
  }

  /// What an event came to.
  ///
  /// @param changes of the stage, in order; a promotion is always alone
  /// @param remembered the memories that are new or changed
  /// @param earned by what evidence it was promoted, if it was and by a test
  public record Step(
      TrustState state,
      List<StageChange> changes,
      List<Remembered> remembered,
      Optional<EarnedStage> earned) {
    public Step {
      changes = List.copyOf(changes);
      remembered = List.copyOf(remembered);
    }
  }

  /// Lets time pass until `at`: an idle scope drops, executions that are due count as harm, and
  /// what waits is counted as far as the windows have closed.
  ///
  /// May be called for the due ones in parts, earliest deadline first, and for the waiting ones in
  /// parts, first turn first: the parts add up to the whole. Throws IllegalArgumentException for
  /// one that is not due, and for a turn out of its order.
  public Step settle(TrustState state, Instant at, List<Remembered> due, List<Remembered> waiting) {
    var folding = new Folding(setting, edition, state, state.after(at));
    settle(folding, due, waiting);
    return folding.step();
  }

  /// Lets time pass until the event, then counts it.
  ///
  /// @param known what is remembered of the event's proposal, if it has one; as it was before `due`
  ///   and `waiting` were settled
  public Step apply(
      TrustState state,
      TrustEvent event,
      Optional<Remembered> known,
      List<Remembered> due,
      List<Remembered> waiting) {
    var folding = new Folding(setting, edition, state, state.after(event.at()));
    settle(folding, due, waiting);
    known.ifPresent(folding::recall);
    switch (event) {
      case TrustEvent.Proposed proposed -> folding.proposed(proposed);
      case TrustEvent.Ended ended -> folding.ended(ended);
      case TrustEvent.VersionsChanged changed -> folding.versions(changed);
      case TrustEvent.Decided decided -> folding.decided(decided);
      case TrustEvent.Executed executed -> folding.executed(executed);
      case TrustEvent.OutcomeObserved outcome -> folding.observed(outcome);
      case TrustEvent.RolledBack rollback -> folding.rolledBack(rollback);
      case TrustEvent.OutcomeOverdue _ -> {
        // Time has passed until it, and that is all it says.
      }
      case TrustEvent.StageLowered lowered -> folding.lowered(lowered);
      case TrustEvent.StageSigned signed -> folding.signed(signed);
    }
    return folding.step();
  }

  private static void settle(Folding folding, List<Remembered> due, List<Remembered> waiting) {
    folding.idle();
    // By text, which orders UUIDs as PostgreSQL does; UUID's own order is signed.
    due.stream()
        .sorted(
            Comparator.comparing((Remembered memory) -> memory.dueAt().orElse(Instant.MAX))
                .thenComparing(memory -> memory.proposalId().toString()))
        .forEach(folding::overdue);
    folding.count(waiting);
  }
}
