package dev.countersign.cli.replay;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// What has to be true of a row.
sealed interface Condition {

  /// Whether it is; throws IllegalArgumentException if the row does not say.
  boolean holds(Row row);

  /// The column that it reads; empty if none.
  Optional<String> read();

  /// Holds for every row.
  record Always() implements Condition {
    @Override
    public boolean holds(Row row) {
      return true;
    }

    @Override
    public Optional<String> read() {
      return Optional.empty();
    }
  }

  /// Holds where a column has exactly one of these texts.
  record OneOf(String column, SortedSet<String> values) implements Condition {
    public OneOf {
      values = Collections.unmodifiableSortedSet(new TreeSet<>(values));
    }

    @Override
    public boolean holds(Row row) {
      return values.contains(row.field(column));
    }

    @Override
    public Optional<String> read() {
      return Optional.of(column);
    }
  }

  /// Holds where a column has some text, or where it has none.
  record Present(String column, boolean wanted) implements Condition {
    @Override
    public boolean holds(Row row) {
      return row.field(column).isBlank() != wanted;
    }

    @Override
    public Optional<String> read() {
      return Optional.of(column);
    }
  }

  /// Holds where a column has a number in these bounds, both of them in it.
  record Between(String column, double least, double most) implements Condition {
    @Override
    public boolean holds(Row row) {
      double value = Numbers.read(row.field(column));
      return value >= least && value <= most;
    }

    @Override
    public Optional<String> read() {
      return Optional.of(column);
    }
  }
}
