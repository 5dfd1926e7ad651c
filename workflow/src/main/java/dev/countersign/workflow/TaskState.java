package dev.countersign.workflow;

/// The life of a task. What is done at once needs no start; what failed was tried, or what opened
/// it was taken back ([Task#calledOff]).
public enum TaskState {
  PENDING,
  IN_PROGRESS,
  COMPLETED,
  FAILED;

  /// What somebody may say of it.
  public static final Moves<TaskState> MOVES =
      Moves.of(TaskState.class)
          .from(PENDING, IN_PROGRESS, COMPLETED)
          .from(IN_PROGRESS, COMPLETED, FAILED)
          .done();

  /// Whether somebody still has to do it.
  public boolean open() {
    return !MOVES.ended(this);
  }

  public String word() {
    return Word.of(this);
  }

  public static TaskState read(String word) {
    return Word.read(TaskState.class, word);
  }
}
