package dev.countersign.workflow;

/// Which way an execution goes.
public enum ExecutionPhase {
  /// It carries the action out.
  FORWARD,
  /// It takes the action back.
  BACK;

  public String word() {
    return Word.of(this);
  }

  public static ExecutionPhase read(String word) {
    return Word.read(ExecutionPhase.class, word);
  }
}
