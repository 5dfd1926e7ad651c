package dev.countersign.benchmarks.crash;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;

/// The decisions that were answered, as those wrote them down who got the answers.
///
/// Safe for use by many threads.
final class Answers {
  private final Set<UUID> answered = new LinkedHashSet<>();

  /// What the log says to them.
  ///
  /// @param answered how many decisions were answered
  /// @param logged how many decisions are in the log; a killed server leaves some that nobody was
  ///   told of
  /// @param missing how many were answered and are not in the log
  /// @param twice how many are in the log more than once
  record Comparison(long answered, long logged, long missing, long twice) {}

  synchronized void add(UUID decision) {
    answered.add(decision);
  }

  synchronized long size() {
    return answered.size();
  }

  /// Reads all decisions of the log.
  ///
  /// @param superuser connections that see every tenant's rows
  synchronized Comparison compare(DataSource superuser) throws SQLException {
    Map<UUID, Integer> logged = new HashMap<>();
    try (var connection = superuser.getConnection()) {
      connection.setAutoCommit(false);
      try (var statement =
          connection.prepareStatement(
              "select correlation_id from ledger.entry where action = 'decision.made'")) {
        statement.setFetchSize(10_000);
        try (var row = statement.executeQuery()) {
          while (row.next()) {
            logged.merge(row.getObject(1, UUID.class), 1, Integer::sum);
          }
        }
      }
    }
    return new Comparison(
        answered.size(),
        logged.size(),
        answered.stream().filter(decision -> !logged.containsKey(decision)).count(),
        logged.values().stream().filter(times -> times > 1).count());
  }
}
