package dev.countersign.cli.replay;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The events of one case on their way to become a row. Keeps what the row needs and no event. For
/// use by one thread.
final class CaseEvents {
  /// A case of more is a mistake in the mapping.
  private static final int MOST_EVENTS = 100_000;

  private final LogShape.Events shape;
  private final boolean apart;
  private final String id;
  private final long line;
  private final List<Taken> taken = new ArrayList<>();
  private int events;

  /// What one column has so far; `at` is null before the first event of it.
  private static final class Taken {
    private @Nullable Instant at;
    private String text = "";
    private long count;
  }

  /// @param apart whether what is said of the case itself stands apart from its events
  /// @param line where the case begins in the file
  CaseEvents(LogShape.Events shape, boolean apart, String id, long line) {
    this.shape = shape;
    this.apart = apart;
    this.id = id;
    this.line = line;
    shape.columns().forEach(_ -> taken.add(new Taken()));
  }

  long line() {
    return line;
  }

  /// Says something of the case itself, whatever its events are.
  void say(String attribute, String value) {
    for (int i = 0; i < taken.size(); i++) {
      var column = shape.columns().get(i);
      if (column.of() == LogShape.Of.CASE && column.take().equals(attribute)) {
        taken.get(i).text = value;
      }
    }
  }

  /// Adds an event; yields by how many characters more is kept now.
  long add(Instant at, Row event) {
    if (++events > MOST_EVENTS) {
      throw new IllegalArgumentException(
          "case `%s` has more than %,d events".formatted(Shown.of(id), MOST_EVENTS));
    }
    var activity = event.field(shape.activity());
    long more = 0;
    for (int i = 0; i < taken.size(); i++) {
      var column = shape.columns().get(i);
      if (column.activities().isEmpty() || column.activities().contains(activity)) {
        more += taken(column, taken.get(i), at, event);
      }
    }
    return more;
  }

  /// At equal times the order of the file decides.
  private long taken(LogShape.Derived column, Taken taken, Instant at, Row event) {
    long before = taken.text.length();
    switch (column.of()) {
      case COUNT -> taken.count++;
      case FIRST -> {
        if (taken.at == null || at.isBefore(taken.at)) {
          taken.at = at;
          taken.text = event.field(column.take());
        }
      }
      case LAST -> {
        if (taken.at == null || !at.isBefore(taken.at)) {
          taken.at = at;
          taken.text = event.field(column.take());
        }
      }
      case CASE -> {
        if (!apart && taken.text.isEmpty()) {
          taken.text = event.field(column.take());
        }
      }
    }
    return taken.text.length() - before;
  }

  /// The row that they make: an empty text where there was no such event.
  Row row() {
    Map<String, String> fields = new TreeMap<>();
    fields.put(LogShape.Events.CASE, id);
    for (int i = 0; i < taken.size(); i++) {
      var column = shape.columns().get(i);
      fields.put(
          column.name(),
          column.of() == LogShape.Of.COUNT ? Long.toString(taken.get(i).count) : taken.get(i).text);
    }
    return column -> {
      var field = fields.get(column);
      if (field == null) {
        throw new IllegalArgumentException("there is no column `" + column + "`");
      }
      return field;
    };
  }
}
