package dev.countersign.workflow;

/// Where a case stands: what its queue says.
public enum CaseState {
  OPEN,
  HELD,
  COMPLETED,
  CANCELLED,
  FAILED;

  public String word() {
    return Word.of(this);
  }

  public static CaseState read(String word) {
    return Word.read(CaseState.class, word);
  }
}
