package dev.countersign.ledger.usecase;

import dev.countersign.kernel.store.DatabaseFailure;
import dev.countersign.ledger.store.Alarms;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;

/// The alarms that no person has settled yet: about this log, as its witnesses have it, and about
/// logs that are watched here.
///
/// Safe for use by many threads; blocks.
public final class OpenAlarms {
  /// More are not counted one by one.
  private static final int MOST = 1_000;

  private final DataSource dataSource;

  /// @param dataSource connections of the application's role
  public OpenAlarms(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /// The oldest ones, one line each, beginning with their number.
  public List<String> lines(int most) {
    try (var connection = dataSource.getConnection()) {
      return new Alarms(connection).open(most).stream().map(Alarms.Open::line).toList();
    } catch (SQLException e) {
      throw DatabaseFailure.of(e);
    }
  }

  /// How many there are; not a number while the database does not answer.
  public double count() {
    try {
      return lines(MOST).size();
    } catch (DatabaseFailure away) {
      return Double.NaN;
    }
  }
}
