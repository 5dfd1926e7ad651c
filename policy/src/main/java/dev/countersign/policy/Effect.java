package dev.countersign.policy;

/// What a satisfied policy does to the answer.
public sealed interface Effect {

  /// Permits, unless something stands against it.
  record Permit() implements Effect {}

  /// Forbids, whatever else is satisfied.
  record Forbid() implements Effect {}

  /// Asks for a person, unless something forbids.
  record RequireApproval() implements Effect {}

  /// Adds points to the risk score; decides nothing by itself.
  record Score(int points) implements Effect {
    public static final int HIGHEST = 100;

    public Score {
      if (points < 0 || points > HIGHEST) {
        throw new IllegalArgumentException("points must be from 0 to " + HIGHEST);
      }
    }
  }

  /// The effect's word in JSON.
  default String word() {
    return switch (this) {
      case Permit() -> "permit";
      case Forbid() -> "forbid";
      case RequireApproval() -> "require_approval";
      case Score(int _) -> "score";
    };
  }

  /// What it adds to the score if it counts: zero for all but [Score].
  default int points() {
    return switch (this) {
      case Permit(), Forbid(), RequireApproval() -> 0;
      case Score(int points) -> points;
    };
  }
}
