package dev.countersign.workflow;

/// How a decoy ended.
public enum DecoyVerdict {
  /// Somebody agreed to what should be rejected.
  APPROVE,
  REJECT,
  /// Somebody left it to others while that still ended a decoy; that counts neither way.
  DEFER,
  /// Somebody would have changed it, so he saw that it was wrong.
  EDIT,
  /// Nobody decided in time.
  EXPIRED,
  /// Its case has moved, or is gone, so it shows nothing any more.
  VOID;

  public String word() {
    return Word.of(this);
  }

  public static DecoyVerdict read(String word) {
    return Word.read(DecoyVerdict.class, word);
  }

  /// Whether who decided took it for real.
  public boolean missed() {
    return this == APPROVE;
  }
}
