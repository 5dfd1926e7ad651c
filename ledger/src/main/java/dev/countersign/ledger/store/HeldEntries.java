package dev.countersign.ledger.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;

/// Moves what is on hold out of the partition of its day before that is dropped, and empties it
/// when the hold was lifted; a page is one statement, so it may be interrupted anywhere.
///
/// Needs the role `countersign_maintenance`. For use by the thread that owns the connection, which
/// MUST be in auto-commit mode.
final class HeldEntries {
  /// Few enough that a transaction lasts milliseconds.
  private static final int PAGE = 5_000;

  private final Connection connection;

  HeldEntries(Connection connection) {
    this.connection = connection;
  }

  /// The number of the newest hold; it rises with each.
  long newest() throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery("select coalesce(max(hold_no), 0) from ledger.hold")) {
      row.next();
      return row.getLong(1);
    }
  }

  /// Takes what is on hold out of a day and keeps it.
  void takeOut(LocalDate day) throws SQLException {
    walk(
        """
        with page as (
          select tenant_id, log_index from ledger.entry
          where expires_on = ? and (tenant_id, log_index) > (?::uuid, ?)
            and tenant_id = any (array(select tenant_id from ledger.hold where lifted_at is null))
          order by tenant_id, log_index limit ?
        ), moved as (
          update ledger.entry e set expires_on = 'infinity' from page p
          where e.expires_on = ? and e.tenant_id = p.tenant_id and e.log_index = p.log_index
            and exists (select from ledger.hold h where %s)
          returning e.tenant_id, e.log_index
        ), noted as (
          insert into ledger.held (tenant_id, log_index, day) select tenant_id, log_index, ? from moved
          on conflict (tenant_id, log_index) do nothing
        )
        select tenant_id::text, log_index from page order by tenant_id desc, log_index desc limit 1\
        """
            .formatted(HoldStore.COVERS),
        day);
  }

  /// Empties what no hold covers any more: its day is over. What is left says when that was.
  void release() throws SQLException {
    walk(
        """
        with page as (
          select tenant_id, log_index, day from ledger.held
          where cast(? as date) is not null and (tenant_id, log_index) > (?::uuid, ?)
          order by tenant_id, log_index limit ?
        ), emptied as (
          update ledger.entry e set salt = null, content = null from page p
          where e.expires_on = 'infinity' and e.tenant_id = p.tenant_id and e.log_index = p.log_index
            and not exists (select from ledger.hold h where %s)
          returning e.tenant_id, e.log_index, p.day
        ), noted as (
          insert into ledger.erasure (tenant_id, log_index, erasure_id, erased_at, reason)
          select tenant_id, log_index, gen_random_uuid(), day::timestamp at time zone 'utc', 'retention' from emptied
          on conflict (tenant_id, log_index) do nothing
        ), forgotten as (
          delete from ledger.held k using emptied m
          where cast(? as date) is not null and cast(? as date) is not null
            and k.tenant_id = m.tenant_id and k.log_index = m.log_index
        )
        select tenant_id::text, log_index from page order by tenant_id desc, log_index desc limit 1\
        """
            .formatted(HoldStore.COVERS),
        LocalDate.EPOCH);
  }

  /// Runs a statement page by page: the day, the place behind which the page begins, its length,
  /// and the day twice more.
  private void walk(String sql, LocalDate day) throws SQLException {
    try (var statement = connection.prepareStatement(sql)) {
      String tenant = "00000000-0000-0000-0000-000000000000";
      long index = -1;
      boolean more = true;
      while (more) {
        statement.setObject(1, day);
        statement.setString(2, tenant);
        statement.setLong(3, index);
        statement.setInt(4, PAGE);
        statement.setObject(5, day);
        statement.setObject(6, day);
        try (var row = statement.executeQuery()) {
          more = row.next();
          if (more) {
            tenant = row.getString(1);
            index = row.getLong(2);
          }
        }
      }
    }
  }
}
