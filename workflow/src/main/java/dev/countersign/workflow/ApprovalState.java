package dev.countersign.workflow;

/// The life of an approval request. A deferral leaves it pending.
public enum ApprovalState {
  PENDING,
  APPROVED,
  REJECTED,
  WITHDRAWN,
  EXPIRED,
  SUPERSEDED,
  /// Nobody vetoed in time what the stage authorizes; nobody approved it either.
  LAPSED;

  /// An approved request may still be superseded or expire with its proposal, before it is used.
  public static final Moves<ApprovalState> MOVES =
      Moves.of(ApprovalState.class)
          .from(PENDING, APPROVED, REJECTED, WITHDRAWN, EXPIRED, SUPERSEDED, LAPSED)
          .from(APPROVED, EXPIRED, SUPERSEDED)
          .done();

  public String word() {
    return Word.of(this);
  }

  public static ApprovalState read(String word) {
    return Word.read(ApprovalState.class, word);
  }
}
