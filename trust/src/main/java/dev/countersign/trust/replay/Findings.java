package dev.countersign.trust.replay;

import java.util.List;

/// What came of folding a log again.
///
/// @param entries all that were taken
/// @param erased how many of them are erased
/// @param heard how often scopes heard something
/// @param scopes in the order in which they were first heard of
/// @param faults what is wrong with what no single scope heard, the first ones
/// @param terms how well the terms are known under which it was folded
public record Findings(
    long entries,
    long erased,
    long heard,
    List<ReplayedScope> scopes,
    List<Fault> faults,
    Terms terms) {

  public Findings {
    scopes = List.copyOf(scopes);
    faults = List.copyOf(faults);
  }

  /// What is wrong with an entry.
  public record Fault(long logIndex, String words) {}

  /// How well the tenant's setting is known.
  public enum Terms {
    /// The log tells it from the beginning.
    TOLD,
    /// The log does not tell with which one the tenant began, so the strictest was taken.
    ASSUMED,
    /// It was changed by an entry that is erased.
    LOST
  }

  /// Whether nothing was found that should not be; what cannot be folded is no fault.
  public boolean sound() {
    return faults.isEmpty()
        && scopes.stream().noneMatch(scope -> scope.came() instanceof ReplayedScope.Came.Differs);
  }
}
