package dev.countersign.cli.replay;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

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
    int band = 0;
    while (band < bands.size() && value > bands.get(band)) {
      band++;
    }
    return label(band);
  }

  /// The groups in the order in which they are shown; empty for a column of words.
  List<String> labels() {
    return bands.isEmpty()
        ? List.of()
        : IntStream.rangeClosed(0, bands.size()).mapToObj(this::label).toList();
  }

  private String label(int band) {
    if (band == 0) {
      return "up to " + shown(bands.getFirst());
    }
    return band == bands.size()
        ? "over " + shown(bands.getLast())
        : shown(bands.get(band - 1)) + " to " + shown(bands.get(band));
  }

  private static String shown(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%,d", (long) value)
        : String.format(Locale.ROOT, "%,.2f", value);
  }
}
