package dev.countersign.cli.simulate;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Counts by queue what happened. Safe for use by many threads.
final class Tally {
  private static final String ALL = "all";

  /// What is counted, in the order of the columns.
  enum What {
    PROPOSED,
    BLOCKED,
    APPROVED,
    REJECTED,
    WAITING,
    EXECUTED,
    SUCCEEDED,
    HARMED;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Map<String, Map<What, Long>> counts = new TreeMap<>();
  private long opened;
  private long before;

  synchronized void opened() {
    opened++;
  }

  /// A case of an earlier run, of which nothing is known any more.
  synchronized void before() {
    before++;
  }

  synchronized void count(String queue, What what) {
    counts.computeIfAbsent(queue, _ -> new EnumMap<>(What.class)).merge(what, 1L, Long::sum);
  }

  synchronized long of(String queue, What what) {
    return counts.getOrDefault(queue, Map.of()).getOrDefault(what, 0L);
  }

  synchronized boolean begun() {
    return opened + before > 0;
  }

  /// The table for people.
  synchronized String text() {
    var rows = new ArrayList<List<String>>();
    var head = new ArrayList<String>(List.of("queue"));
    for (var what : What.values()) {
      head.add(what.word());
    }
    rows.add(head);
    var all = new EnumMap<What, Long>(What.class);
    counts.forEach((queue, of) -> {
      rows.add(row(queue, of));
      of.forEach((what, count) -> all.merge(what, count, Long::sum));
    });
    rows.add(row(ALL, all));
    var text = new StringBuilder();
    text.append(String.format(Locale.ROOT, "%,d cases", opened));
    if (before > 0) {
      text.append(String.format(Locale.ROOT, ", and %,d that were there before", before));
    }
    text.append('\n');
    rows.forEach(row -> text.append(line(row)).append('\n'));
    return text.toString();
  }

  private static List<String> row(String queue, Map<What, Long> of) {
    var row = new ArrayList<String>(List.of(queue));
    for (var what : What.values()) {
      row.add(String.format(Locale.ROOT, "%,d", of.getOrDefault(what, 0L)));
    }
    return row;
  }

  private static String line(List<String> row) {
    var line = new StringBuilder(String.format(Locale.ROOT, "%-22s", row.getFirst()));
    row.stream().skip(1).forEach(cell -> line.append(String.format(Locale.ROOT, "%10s", cell)));
    return line.toString();
  }
}
