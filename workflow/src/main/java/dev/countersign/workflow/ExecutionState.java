package dev.countersign.workflow;

/// The life of an execution. A transition runs within its claiming transaction, so nobody ever sees
/// one that is executing.
public enum ExecutionState {
  EXECUTING,
  EXECUTED,
  FAILED,
  ROLLED_BACK,
  ROLLBACK_FAILED;

  public static final Moves<ExecutionState> MOVES =
      Moves.of(ExecutionState.class)
          .from(EXECUTING, EXECUTED, FAILED)
          .from(EXECUTED, ROLLED_BACK, ROLLBACK_FAILED)
          .done();

  public String word() {
    return Word.of(this);
  }

  public static ExecutionState read(String word) {
    return Word.read(ExecutionState.class, word);
  }
}
