package dev.countersign.events;

/// Where a delivery stands.
public enum DeliveryState {
  /// Nobody has tried yet.
  PENDING("pending"),
  /// The receiver did not take it; it is tried again.
  FAILED("failed"),
  DELIVERED("delivered"),
  /// The last attempt failed; a person redrives it, or leaves it.
  DEAD("dead");

  private final String word;

  DeliveryState(String word) {
    this.word = word;
  }

  public String word() {
    return word;
  }

  /// Whether it will be tried without anybody's doing.
  public boolean open() {
    return switch (this) {
      case PENDING, FAILED -> true;
      case DELIVERED, DEAD -> false;
    };
  }

  /// The state of this word; throws IllegalArgumentException if there is none.
  public static DeliveryState of(String word) {
    for (var state : values()) {
      if (state.word.equals(word)) {
        return state;
      }
    }
    throw new IllegalArgumentException("`" + word + "` is no state of a delivery");
  }
}
