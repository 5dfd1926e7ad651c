package dev.countersign.cli.replay;

import java.util.List;
import java.util.Locale;

/// A column by whose values the report tells cases apart.
///
/// @param bands upper ends of ranges, in their order; none for a column of words
record Grouping(String column, String title, List<Double> bands) {
  // A text that long is no group.
  private static final int LONGEST = 60;

  Grouping {
    bands = List.copyOf(bands);
  }

  /// The group of a row; throws IllegalArgumentException if bands are asked of what is no number.
  String of(Row row) {
    var text = row.field(column).strip();
    if (text.isEmpty()) {
      return "none";
    }
    if (bands.isEmpty()) {
      return text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
    }
    double value = Numbers.read(text);
    for (int i = 0; i < bands.size(); i++) {
      if (value <= bands.get(i)) {
        return i == 0
            ? "up to " + shown(bands.getFirst())
            : shown(bands.get(i - 1)) + " to " + shown(bands.get(i));
      }
    }
    return "over " + shown(bands.getLast());
  }

  private static String shown(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%,d", (long) value)
        : String.format(Locale.ROOT, "%,.2f", value);
  }
}
