package dev.countersign.workflow;

/// How far an action may go by itself, strictest first.
public enum Mode {
  /// Nothing runs, approved or not.
  BLOCKED,
  /// A person decides without seeing a prediction.
  OBSERVE,
  /// A person decides and sees the prediction.
  PROPOSE,
  GUARDED_AUTO,
  CONDITIONAL_AUTO,
  FULL_AUTO;

  public String word() {
    return Word.of(this);
  }

  public static Mode read(String word) {
    return Word.read(Mode.class, word);
  }
}
