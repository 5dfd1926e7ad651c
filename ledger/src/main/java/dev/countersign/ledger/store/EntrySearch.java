package dev.countersign.ledger.store;

import dev.countersign.kernel.store.DatabaseFailure;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.ledger.content.Sealing;
import dev.countersign.ledger.store.EntryWalk.Direction;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/// Walks a tenant's entries, newest first, looking at a bounded number of them, and hands on those
/// whose columns match. What the columns do not say is for the caller to check: the database never
/// looks into content, which it cannot read.
public final class EntrySearch {
  /// Rows fetched at once: content is at most 64 KiB each, so this is what is held in memory.
  private static final int FETCHED = 256;

  private EntrySearch() {}

  /// What the columns of an entry must say; every given condition holds.
  public record Columns(
      Optional<UUID> correlationId,
      Optional<String> action,
      Optional<Instant> from,
      Optional<Instant> to) {}

  /// How far a walk came.
  ///
  /// @param examined entries looked at
  /// @param reached the index of the last one; where the next walk begins
  /// @param time of the last one; empty if there was none
  /// @param stopped whether the visitor had enough
  public record Stretch(int examined, long reached, Optional<Instant> time, boolean stopped) {

    private Stretch then(Stretch next) {
      return new Stretch(
          examined + next.examined,
          next.examined > 0 ? next.reached : reached,
          next.time.or(() -> time),
          next.stopped);
    }
  }

  /// Looks at the next entries before `before`, at most `most`, until `visitor` says false.
  ///
  /// Goes from window to window as [EntryWalk] does, so that only partitions are read which can
  /// hold what is wanted. The entries of one governed action are found by their index, wherever
  /// they are.
  public static Stretch read(
      TenantTransaction transaction,
      Sealing sealing,
      Columns columns,
      long before,
      int most,
      Predicate<EntryStore.Stored> visitor) {
    if (columns.correlationId().isPresent()) {
      return within(transaction, sealing, columns, Optional.empty(), before, most, visitor);
    }
    var stretch = new Stretch(0, before, Optional.empty(), false);
    long next = before;
    int days = 1;
    while (true) {
      var window =
          EntryWindow.beyond(
              transaction,
              Direction.NEWEST_FIRST,
              next,
              days,
              columns.from().map(from -> from.minus(EntryWalk.DISORDER)),
              columns.to().map(to -> to.plus(EntryWalk.DISORDER)));
      int left = most - stretch.examined();
      stretch =
          stretch.then(
              within(transaction, sealing, columns, Optional.of(window), next, left, visitor));
      if (stretch.stopped() || stretch.examined() == most || window.last()) {
        return stretch;
      }
      next = Direction.NEWEST_FIRST.before(window.edge());
      days = Math.min(2 * days, EntryWalk.LONGEST_WINDOW);
    }
  }

  private static Stretch within(
      TenantTransaction transaction,
      Sealing sealing,
      Columns columns,
      Optional<EntryWindow> window,
      long before,
      int most,
      Predicate<EntryStore.Stored> visitor) {
    var matches = new StringBuilder("sealed is not null");
    var parameters = new ArrayList<Object>();
    columns
        .action()
        .ifPresent(action -> {
          matches.append(" and action = ?");
          parameters.add(action);
        });
    columns
        .from()
        .ifPresent(from -> {
          matches.append(" and time >= ?");
          parameters.add(from.atOffset(ZoneOffset.UTC));
        });
    columns
        .to()
        .ifPresent(to -> {
          matches.append(" and time < ?");
          parameters.add(to.atOffset(ZoneOffset.UTC));
        });
    parameters.add(transaction.tenant().value());
    parameters.add(before);
    window.map(EntryWindow::edge).ifPresent(parameters::add);
    columns.correlationId().ifPresent(parameters::add);
    parameters.add(most);
    var sql =
        """
        select log_index, time, case when <matches> then sealed end as sealed, <place>
        from ledger.entry where tenant_id = ? and log_index < ?<window><correlated>
        order by log_index desc limit ?\
        """
            .replace("<matches>", matches)
            .replace("<place>", EntryContent.PLACE)
            .replace(
                "<window>",
                window.map(piece -> " and log_index > ?" + piece.condition()).orElse(""))
            .replace(
                "<correlated>",
                columns.correlationId().isPresent() ? " and correlation_id = ?" : "");
    try (var statement = transaction.handle().getConnection().prepareStatement(sql)) {
      statement.setFetchSize(FETCHED);
      bind(statement, parameters);
      try (var row = statement.executeQuery()) {
        return walked(row, transaction, sealing, before, visitor);
      }
    } catch (SQLException e) {
      throw DatabaseFailure.of(e);
    }
  }

  private static Stretch walked(
      ResultSet row,
      TenantTransaction transaction,
      Sealing sealing,
      long before,
      Predicate<EntryStore.Stored> visitor)
      throws SQLException {
    int examined = 0;
    long reached = before;
    var time = Optional.<Instant>empty();
    while (row.next()) {
      examined++;
      reached = row.getLong("log_index");
      time = Optional.of(row.getTimestamp("time").toInstant());
      var stored = EntryStore.stored(transaction, sealing, row);
      if (stored.isPresent() && !visitor.test(stored.get())) {
        return new Stretch(examined, reached, time, true);
      }
    }
    return new Stretch(examined, reached, time, false);
  }

  private static void bind(PreparedStatement statement, List<Object> parameters)
      throws SQLException {
    for (int i = 0; i < parameters.size(); i++) {
      statement.setObject(i + 1, parameters.get(i));
    }
  }
}
