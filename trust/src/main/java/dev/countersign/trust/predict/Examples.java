package dev.countersign.trust.predict;

import java.util.List;

/// Vectors with their labels, in the same order.
///
/// @param rows all of the same width; NaN is missing. The arrays MUST NOT be changed.
public record Examples(List<float[]> rows, List<Boolean> labels) {
  public Examples {
    rows = List.copyOf(rows);
    labels = List.copyOf(labels);
    if (rows.size() != labels.size()) {
      throw new IllegalArgumentException("each vector has a label");
    }
    for (var row : rows) {
      if (row.length != rows.getFirst().length) {
        throw new IllegalArgumentException("the vectors are not of the same width");
      }
    }
  }

  public int size() {
    return rows.size();
  }

  /// How often the label is true.
  public long happened() {
    return labels.stream().filter(label -> label).count();
  }

  /// Whether there is something to tell apart.
  boolean bothClasses() {
    return happened() > 0 && happened() < size();
  }

  /// The examples from `from` up to but not including `to`.
  public Examples between(int from, int to) {
    return new Examples(rows.subList(from, to), labels.subList(from, to));
  }
}
