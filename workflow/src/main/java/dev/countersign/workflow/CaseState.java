package dev.countersign.workflow;

/// Where a case stands. In this storey a case is open until no transition leads on from its queue.
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
