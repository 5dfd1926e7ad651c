package dev.countersign.workflow;

/// The life of a proposal.
public enum ProposalState {
  PENDING,
  APPROVED,
  EXECUTING,
  EXECUTED,
  FAILED,
  REJECTED,
  WITHDRAWN,
  EXPIRED,
  SUPERSEDED,
  ROLLED_BACK,
  ROLLBACK_FAILED;

  public static final Moves<ProposalState> MOVES =
      Moves.of(ProposalState.class)
          .from(PENDING, APPROVED, REJECTED, WITHDRAWN, EXPIRED, SUPERSEDED)
          .from(APPROVED, EXECUTING, EXPIRED, SUPERSEDED)
          .from(EXECUTING, EXECUTED, FAILED)
          .from(EXECUTED, ROLLED_BACK, ROLLBACK_FAILED)
          .done();

  /// Whether it may still come to an execution; a case has at most one such for each action.
  public boolean live() {
    return this == PENDING || this == APPROVED || this == EXECUTING;
  }

  public String word() {
    return Word.of(this);
  }

  public static ProposalState read(String word) {
    return Word.read(ProposalState.class, word);
  }
}
