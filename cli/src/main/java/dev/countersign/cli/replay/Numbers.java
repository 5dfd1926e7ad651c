package dev.countersign.cli.replay;

/// Numbers as logs write them.
final class Numbers {

  private Numbers() {}

  /// Throws IllegalArgumentException for what is no finite number.
  static double read(String text) {
    try {
      double value = Double.parseDouble(text.strip());
      if (Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw wrong(text);
    }
    throw wrong(text);
  }

  private static IllegalArgumentException wrong(String text) {
    return new IllegalArgumentException("`" + Shown.of(text) + "` is not a number");
  }
}
