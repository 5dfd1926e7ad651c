package dev.countersign.events;

/// Whether events are sent. A webhook that was removed is not shown any more.
public enum WebhookState {
  ACTIVE("active"),
  /// It keeps its place in the log and goes on from there.
  PAUSED("paused");

  private final String word;

  WebhookState(String word) {
    this.word = word;
  }

  public String word() {
    return word;
  }

  /// The state of this word; throws IllegalArgumentException if there is none.
  public static WebhookState of(String word) {
    return switch (word) {
      case "active" -> ACTIVE;
      case "paused" -> PAUSED;
      default -> throw new IllegalArgumentException("`" + word + "` is no state of a webhook");
    };
  }
}
