package dev.countersign.trust.laboratory.log;

/// What became of a logged proposal.
public enum Fate {
  /// A person did not want it; what would have come of it nobody knows.
  REJECTED(true, true),
  /// Approved, carried out, and it failed.
  FAILED(true, true),
  /// Approved and carried out, and nobody ever learned what came of it: overdue in the end.
  UNOBSERVED(false, true),
  /// Approved, carried out, and it was a success.
  SUCCEEDED(false, false);

  private final boolean harm;
  private final boolean wrong;

  Fate(boolean harm, boolean wrong) {
    this.harm = harm;
    this.wrong = wrong;
  }

  /// Whether it is known to be unwanted, or to have failed.
  boolean harm() {
    return harm;
  }

  /// Whether it counts as harm when its window has closed, as also the overdue does.
  boolean wrong() {
    return wrong;
  }
}
