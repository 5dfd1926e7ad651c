package dev.countersign.trust.laboratory.log;

/// On which half contenders earn, and by which they are judged; inside each half time runs forward.
public enum Direction {
  FORWARD("forward", "earned on the first half, judged by the second"),
  BACKWARD("backward", "earned on the second half, judged by the first");

  private final String word;
  private final String shown;

  Direction(String word, String shown) {
    this.word = word;
    this.shown = shown;
  }

  public String word() {
    return word;
  }

  String shown() {
    return shown;
  }
}
