package dev.countersign.workflow;

/// What carries an approved action out.
public enum Handler {
  /// Moves the case to the transition's queue, within the claiming transaction.
  TRANSITION("transition", "transition/1"),
  /// Calls the system that the transition names, and moves the case once that has done it.
  HTTP("http", "http/1");

  private final String word;
  private final String version;

  Handler(String word, String version) {
    this.word = word;
    this.version = version;
  }

  public String word() {
    return word;
  }

  /// Changes whenever the same action would have another effect; part of the approval digest, so
  /// that an approval given for one behaviour does not carry another.
  public String version() {
    return version;
  }

  /// The handler called `word`; throws IllegalArgumentException if there is none.
  static Handler read(String word) {
    for (var handler : values()) {
      if (handler.word.equals(word)) {
        return handler;
      }
    }
    throw new IllegalArgumentException("there is no handler `" + word + "`");
  }

  static String[] words() {
    return new String[] {TRANSITION.word, HTTP.word};
  }
}
