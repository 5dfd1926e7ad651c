package dev.countersign.kernel.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// What a transaction left for later, and how it is sent: all in one text, so in one round trip, in
/// the order in which it was given. Each part is a statement of its own for the database, with a
/// snapshot of its own. For use by the thread of its transaction.
final class Pipeline {
  /// So many at most wait: each sequence of statements is another text that a connection prepares.
  private static final int MOST = 16;

  /// The same sequences come again and again; as the same text the driver knows them at a glance.
  private static final int MOST_KNOWN = 2_000;

  private static final Map<List<String>, String> KNOWN = new ConcurrentHashMap<>();

  private final Connection connection;
  private final List<Step> waiting = new ArrayList<>();

  Pipeline(Connection connection) {
    this.connection = connection;
  }

  /// A statement, and what is made of its result.
  record Step(Bound<?> statement, Result result) {}

  /// What is made of a result.
  interface Result {
    /// Takes it from the statement, which stands at it.
    void take(PreparedStatement statement) throws SQLException;

    /// Whether it has to be looked at before the commit.
    default boolean matters() {
      return true;
    }
  }

  void defer(Step step) {
    waiting.add(step);
    if (waiting.size() == MOST) {
      flush();
    }
  }

  /// Sends it with what waits.
  void send(Step step) {
    waiting.add(step);
    flush();
  }

  /// Sends what waits.
  void flush() {
    if (!waiting.isEmpty()) {
      send("");
    }
  }

  /// Forgets what waits: it belongs to a part that is undone.
  void discard() {
    waiting.clear();
  }

  /// Sends what waits, with the commit where no result has to be looked at before.
  void commit() {
    if (waiting.stream().anyMatch(step -> step.result().matters())) {
      flush();
    }
    if (!waiting.isEmpty()) {
      send(";\ncommit");
    }
  }

  private static String text(List<Step> steps, String end) {
    var parts = new ArrayList<String>(steps.size() + 1);
    steps.forEach(step -> parts.add(step.statement().sql.text()));
    parts.add(end);
    var known = KNOWN.get(parts);
    if (known != null) {
      return known;
    }
    var text = String.join(";\n", parts.subList(0, steps.size())) + end;
    if (KNOWN.size() < MOST_KNOWN) {
      KNOWN.put(List.copyOf(parts), text);
    }
    return text;
  }

  private void send(String end) {
    var steps = List.copyOf(waiting);
    waiting.clear();
    try (var statement = connection.prepareStatement(text(steps, end))) {
      int at = 1;
      for (var step : steps) {
        at = step.statement().set(connection, statement, at);
      }
      statement.execute();
      for (var step : steps) {
        step.result().take(statement);
        statement.getMoreResults();
      }
    } catch (SQLException e) {
      throw DatabaseFailure.of(e);
    }
  }
}
