package dev.countersign.identity;

/// What happens to a key's calls while the server that keeps the shared buckets does not answer.
public enum WhenUnavailable {
  /// They are refused: no call beyond the limit, whatever fails.
  REFUSE("refuse"),
  /// This node counts by itself: at most the limit on each node.
  LOCAL("local");

  private final String word;

  WhenUnavailable(String word) {
    this.word = word;
  }

  public String word() {
    return word;
  }

  /// The setting of this word; throws IllegalArgumentException if there is none.
  public static WhenUnavailable of(String word) {
    for (var setting : values()) {
      if (setting.word.equals(word)) {
        return setting;
      }
    }
    throw new IllegalArgumentException("`" + word + "` is neither refuse nor local");
  }
}
