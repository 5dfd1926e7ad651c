package dev.countersign.trust;

import java.util.Arrays;
import java.util.Optional;

/// How far a scope's actions may go by themselves, least first.
///
/// `word` is what the ledger and the wire carry, `shown` what people read.
public enum Stage {
  /// People decide without seeing a prediction.
  OBSERVE("observe", "Learning"),
  /// People decide and see what the machine would do.
  PROPOSE("propose", "Suggesting"),
  /// Runs unless a person vetoes in time.
  GUARDED_AUTO("guarded_auto", "Assisting"),
  /// Runs where the predicted risk is low enough.
  CONDITIONAL_AUTO("conditional_auto", "Semi-auto"),
  /// Runs.
  FULL_AUTO("full_auto", "Autonomous");

  private final String word;
  private final String shown;

  Stage(String word, String shown) {
    this.word = word;
    this.shown = shown;
  }

  public String word() {
    return word;
  }

  public String shown() {
    return shown;
  }

  /// Whether actions run without a person's decision.
  public boolean automatic() {
    return compareTo(GUARDED_AUTO) >= 0;
  }

  /// The stage that a promotion leads to; empty at the top.
  public Optional<Stage> above() {
    return switch (this) {
      case OBSERVE -> Optional.of(PROPOSE);
      case PROPOSE -> Optional.of(GUARDED_AUTO);
      case GUARDED_AUTO -> Optional.of(CONDITIONAL_AUTO);
      case CONDITIONAL_AUTO -> Optional.of(FULL_AUTO);
      case FULL_AUTO -> Optional.empty();
    };
  }

  /// The stage that a demotion by one leads to; the lowest stays where it is.
  public Stage below() {
    return switch (this) {
      case OBSERVE, PROPOSE -> OBSERVE;
      case GUARDED_AUTO -> PROPOSE;
      case CONDITIONAL_AUTO -> GUARDED_AUTO;
      case FULL_AUTO -> CONDITIONAL_AUTO;
    };
  }

  /// The stage called `word`, or empty if there is none.
  public static Optional<Stage> parse(String word) {
    return Arrays.stream(values()).filter(stage -> stage.word.equals(word)).findFirst();
  }
}
