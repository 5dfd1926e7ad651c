package dev.countersign.workflow;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;

/// A state machine as data: for each state the states that may follow. What is not in the table is
/// forbidden. Immutable.
public final class Moves<S extends Enum<S>> {
  private final Map<S, EnumSet<S>> table;

  private Moves(Map<S, EnumSet<S>> table) {
    this.table = table;
  }

  public boolean allows(S from, S to) {
    var next = table.get(from);
    return next != null && next.contains(to);
  }

  /// `to`, if it may follow `from`; throws IllegalStateException otherwise, because whoever moves a
  /// state has asked before.
  public S move(S from, S to) {
    if (!allows(from, to)) {
      throw new IllegalStateException(
          "`%s` does not follow `%s`".formatted(Word.of(to), Word.of(from)));
    }
    return to;
  }

  /// Whether nothing follows.
  public boolean ended(S state) {
    var next = table.get(state);
    return next == null || next.isEmpty();
  }

  static <S extends Enum<S>> Table<S> of(Class<S> type) {
    return new Table<>(type);
  }

  /// The table while it is written down. For use by one thread.
  static final class Table<S extends Enum<S>> {
    private final Class<S> type;
    private final Map<S, EnumSet<S>> rows;

    private Table(Class<S> type) {
      this.type = type;
      this.rows = new EnumMap<>(type);
    }

    @SafeVarargs
    final Table<S> from(S state, S... next) {
      var row = EnumSet.noneOf(type);
      for (var follower : next) {
        row.add(follower);
      }
      rows.put(state, row);
      return this;
    }

    Moves<S> done() {
      return new Moves<>(new EnumMap<>(rows));
    }
  }
}
