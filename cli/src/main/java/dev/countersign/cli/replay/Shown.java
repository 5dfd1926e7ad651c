package dev.countersign.cli.replay;

/// Texts of a log as messages repeat them.
final class Shown {
  // Enough to find it in the file.
  private static final int LONGEST = 60;

  private Shown() {}

  static String of(String text) {
    var line = text.replaceAll("\\p{Cntrl}", "?");
    return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
  }
}
