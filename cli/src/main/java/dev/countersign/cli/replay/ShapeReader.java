package dev.countersign.cli.replay;

import dev.countersign.kernel.Fields;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// Reads from a mapping what the file is made of.
final class ShapeReader {
  private static final int LONGEST = 200;
  private static final int MOST_COLUMNS = 50;
  private static final int MOST_ACTIVITIES = 100;

  private ShapeReader() {}

  /// @param log the member `log`
  /// @param fields of the whole mapping, for `columns`
  static LogShape shape(Fields log, Fields fields) {
    var format = log.word("format", "csv", "xes");
    var rows = log.optionalWord("rows", "cases", "events");
    var separator = log.optionalString("separator", 1, 1).map(text -> text.charAt(0));
    if (format.equals("xes")) {
      if (separator.isPresent() || rows.isPresent()) {
        log.problem("", "wrong_value", "has no `rows` and no `separator` for `xes`");
      }
      return new LogShape.Xes(
          events(
              log,
              fields,
              Optional.of("concept:name"),
              Optional.of("concept:name"),
              Optional.of("time:timestamp")));
    }
    char between = separator.orElse(',');
    if (rows.filter("events"::equals).isPresent()) {
      return new LogShape.CsvEvents(
          between, events(log, fields, Optional.empty(), Optional.empty(), Optional.empty()));
    }
    return new LogShape.CsvCases(between);
  }

  private static LogShape.Events events(
      Fields log,
      Fields fields,
      Optional<String> usualCase,
      Optional<String> usualActivity,
      Optional<String> usualTime) {
    return new LogShape.Events(
        named(log, "case", usualCase),
        named(log, "activity", usualActivity),
        named(log, "time", usualTime),
        columns(fields));
  }

  private static String named(Fields log, String name, Optional<String> usual) {
    return log.optionalString(name, 1, LONGEST)
        .or(() -> usual)
        .orElseGet(() -> log.string(name, 1, LONGEST));
  }

  private static List<LogShape.Derived> columns(Fields fields) {
    var columns = new ArrayList<LogShape.Derived>();
    var names = new TreeSet<String>();
    names.add(LogShape.Events.CASE);
    for (var item : fields.nestedList("columns", MOST_COLUMNS)) {
      var name = item.string("name", 1, LONGEST);
      if (!names.add(name)) {
        item.problem("name", "duplicate", "is there already");
      }
      var of =
          switch (item.word("of", "first", "last", "count", "case")) {
            case "last" -> LogShape.Of.LAST;
            case "count" -> LogShape.Of.COUNT;
            case "case" -> LogShape.Of.CASE;
            default -> LogShape.Of.FIRST;
          };
      var take = item.optionalString("take", 1, LONGEST);
      if (take.isEmpty() != (of == LogShape.Of.COUNT)) {
        item.problem("take", "wrong_value", "is required, and for `of: count` it has no meaning");
      }
      var activities = item.strings("activities", MOST_ACTIVITIES, LONGEST);
      if (of == LogShape.Of.CASE && !activities.isEmpty()) {
        item.problem("activities", "wrong_value", "has no meaning for `of: case`");
      }
      item.closed();
      columns.add(new LogShape.Derived(name, of, take.orElse(""), new TreeSet<>(activities)));
    }
    return columns;
  }

  static Times times(Fields log) {
    var format = log.optionalString("time_format", 1, LONGEST);
    if (format.filter(pattern -> !Times.isPattern(pattern)).isPresent()) {
      log.problem("time_format", "wrong_value", "is no pattern such as `dd.MM.yyyy HH:mm`");
      format = Optional.empty();
    }
    var zone = log.optionalString("time_zone", 1, LONGEST);
    try {
      return new Times(format, zone.map(ZoneId::of));
    } catch (DateTimeException e) {
      log.problem("time_zone", "wrong_value", "is no time zone such as `Europe/Rome`");
      return Times.ISO;
    }
  }

  /// A row made of events has the columns that the mapping makes, and no others.
  static void requireColumns(Mapping mapping, Fields fields) {
    var events =
        switch (mapping.shape()) {
          case LogShape.CsvCases _ -> Optional.<LogShape.Events>empty();
          case LogShape.CsvEvents(var _, var made) -> Optional.of(made);
          case LogShape.Xes(var made) -> Optional.of(made);
        };
    if (events.isEmpty()) {
      if (fields.any("columns").isPresent()) {
        fields.problem("columns", "wrong_value", "is for logs of events");
      }
      return;
    }
    var missing = new TreeSet<>(mapping.columns());
    missing.remove(LogShape.Events.CASE);
    events.get().columns().forEach(column -> missing.remove(column.name()));
    missing.removeIf(String::isEmpty);
    if (!missing.isEmpty()) {
      fields.problem("columns", "missing", "does not make `" + String.join("`, `", missing) + "`");
    }
  }
}
