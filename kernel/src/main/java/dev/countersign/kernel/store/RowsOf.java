package dev.countersign.kernel.store;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// An `insert` that writes several rows at once: a statement costs as much as what it writes.
///
/// The rows are written in their order. There is one text for each number of rows, so that each is
/// planned once. Immutable, safe for use by many threads.
public final class RowsOf<T> {
  private final List<String> texts;
  private final BiConsumer<Row, T> bind;

  /// @param insert up to and including `values`
  /// @param row in parentheses; the name of a parameter that differs between rows ends in `#`
  /// @param most rows that go into one statement; more become several
  /// @param bind binds the parameters of a row, without their `#`
  public RowsOf(String insert, String row, int most, BiConsumer<Row, T> bind) {
    this.texts =
        IntStream.rangeClosed(1, most)
            .mapToObj(rows ->
                insert
                    + IntStream.range(0, rows)
                        .mapToObj(number -> row.replace("#", Integer.toString(number)))
                        .collect(Collectors.joining(", ", " ", "")))
            .toList();
    this.bind = bind;
  }

  /// One row's parameters. For use by one thread.
  public static final class Row {
    private final Update update;
    private final int number;

    private Row(Update update, int number) {
      this.update = update;
      this.number = number;
    }

    /// Binds what differs between rows.
    public Row bind(String name, @Nullable Object value) {
      update.bind(name + number, value);
      return this;
    }
  }

  /// Writes rows with the next statement that is waited for, at the latest with the commit.
  public void later(TenantTransaction transaction, List<T> rows) {
    for (var part : parts(rows)) {
      var update = transaction.update(texts.get(part.size() - 1));
      update.bind("tenant", transaction.tenant().value());
      for (int i = 0; i < part.size(); i++) {
        bind.accept(new Row(update, i), part.get(i));
      }
      update.later();
    }
  }

  private List<List<T>> parts(List<T> rows) {
    var parts = new ArrayList<List<T>>();
    for (int from = 0; from < rows.size(); from += texts.size()) {
      parts.add(rows.subList(from, Math.min(from + texts.size(), rows.size())));
    }
    return parts;
  }
}
