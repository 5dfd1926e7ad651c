package dev.countersign.policy;

/// The answer, and what accounts for it.
///
/// A denial is an answer, not an error: nothing is thrown. Match on it without a `default`, so that
/// the compiler finds every caller when a new kind of answer is added.
public sealed interface Decision {

  /// The reason of a permission that nothing speaks against.
  String OK = "ok";

  /// The reason of a denial by default.
  String NO_PERMIT = "no_permit";

  Grounds grounds();

  /// It may be done.
  record Permit(Grounds grounds) implements Decision {
    public Permit {
      if (grounds.determining().isEmpty()) {
        throw new IllegalArgumentException("a permit must name the policy that permits");
      }
    }
  }

  /// It may not be done; no determining policy means the denial by default.
  record Forbid(Grounds grounds) implements Decision {}

  /// It may be done once a person agrees.
  record RequireApproval(Grounds grounds) implements Decision {
    public RequireApproval {
      if (grounds.determining().isEmpty()) {
        throw new IllegalArgumentException("a requirement must name the policy that requires it");
      }
    }
  }

  /// The answer's word in JSON.
  default String word() {
    return switch (this) {
      case Permit(var _) -> "permit";
      case Forbid(var _) -> "forbid";
      case RequireApproval(var _) -> "require_approval";
    };
  }

  /// Whether it may be done now, without a person.
  default boolean allowed() {
    return switch (this) {
      case Permit(var _) -> true;
      case Forbid(var _), RequireApproval(var _) -> false;
    };
  }

  /// The heaviest reason's policy, [#OK] or [#NO_PERMIT].
  default String reason() {
    // A denial by default may come with a score below the threshold; the score is not why.
    if (this instanceof Forbid && grounds().determining().isEmpty()) {
      return NO_PERMIT;
    }
    return grounds().reasons().isEmpty() ? OK : grounds().reasons().getFirst().policy().value();
  }
}
