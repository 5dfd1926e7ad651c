package dev.countersign.trust;

import java.util.Arrays;
import java.util.Optional;

/// By which rules an event was folded. The log says it with each event, so that whoever folds it
/// again comes to the same state although the rules have changed since.
///
/// An edition is never changed once it was released: other rules are another one.
public enum Edition {
  /// What came of a proposal counted for the versions named by then, whichever it was of. Entries
  /// that name no edition are of this one.
  FIRST(1),

  /// Of a proposal of other versions than those named only harm counts.
  SECOND(2),

  /// A severe harm counts once for its proposal, however often it is reported.
  THIRD(3),

  /// What people looked at is told in full although the share of audits has changed.
  FOURTH(4);

  /// By which events are folded now.
  public static final Edition NOW = FOURTH;

  private final long number;

  Edition(long number) {
    this.number = number;
  }

  public long number() {
    return number;
  }

  /// Whether it is noted of which versions a proposal is, and what others did well says nothing.
  boolean partsVersions() {
    return compareTo(SECOND) >= 0;
  }

  /// Whether a proposal's severe harm counts once.
  boolean countsSevereOnce() {
    return compareTo(THIRD) >= 0;
  }

  /// Whether n and harms go on once draws weigh differently.
  boolean tellsEveryDraw() {
    return compareTo(FOURTH) >= 0;
  }

  static Optional<Edition> numbered(long number) {
    return Arrays.stream(values()).filter(edition -> edition.number == number).findFirst();
  }
}
