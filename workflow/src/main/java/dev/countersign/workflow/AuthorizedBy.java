package dev.countersign.workflow;

/// By what an action was carried out.
public enum AuthorizedBy {
  /// People agreed to it.
  APPROVAL,
  /// Its trust scope has earned that it runs by itself, and nobody vetoed it.
  STAGE;

  public String word() {
    return Word.of(this);
  }

  public static AuthorizedBy read(String word) {
    return Word.read(AuthorizedBy.class, word);
  }
}
