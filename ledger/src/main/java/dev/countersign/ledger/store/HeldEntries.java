package dev.countersign.ledger.store;

import dev.countersign.kernel.TenantId;
import dev.countersign.ledger.content.ContentDay;
import dev.countersign.ledger.content.Sealing;
import dev.countersign.ledger.content.Sealing.Place;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Moves what is on hold out of the partition of its day before that is dropped, sealing it anew
/// for where it is kept, and empties it when the hold was lifted.
///
/// A page is one transaction, so it may be interrupted anywhere. Needs the role
/// `countersign_maintenance`. For use by the thread that owns the connection, which MUST be in
/// auto-commit mode.
final class HeldEntries {
  /// Of the largest content, what fits in memory; few enough that a transaction lasts milliseconds.
  private static final int PAGE = 500;

  private final Connection connection;
  private final Sealing sealing;

  HeldEntries(Connection connection, Sealing sealing) {
    this.connection = connection;
    this.sealing = sealing;
  }

  /// The number of the newest hold; it rises with each.
  long newest() throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery("select coalesce(max(hold_no), 0) from ledger.hold")) {
      row.next();
      return row.getLong(1);
    }
  }

  private record Key(UUID tenant, long index) {
    static final Key BEFORE_ALL = new Key(new UUID(0, 0), -1);
  }

  /// What is moved, a column each.
  private static final class Moved {
    final List<UUID> tenants = new ArrayList<>();
    final List<Long> indexes = new ArrayList<>();

    /// Null where the content is erased.
    final List<byte @Nullable []> sealed = new ArrayList<>();
  }

  /// Takes what is on hold out of a day and keeps it.
  void takeOut(LocalDate day) throws SQLException {
    var last = Key.BEFORE_ALL;
    while (true) {
      connection.setAutoCommit(false);
      try {
        var page = page(day, last);
        if (page.isEmpty()) {
          return;
        }
        var moved = sealedAnew(day, page);
        if (!moved.indexes.isEmpty()) {
          move(day, moved);
        }
        connection.commit();
        last = page.getLast();
      } finally {
        // Also ends a transaction that failed.
        connection.rollback();
        connection.setAutoCommit(true);
      }
    }
  }

  private List<Key> page(LocalDate day, Key last) throws SQLException {
    var keys = new ArrayList<Key>();
    try (var statement =
        connection.prepareStatement(
            """
            select tenant_id, log_index from ledger.entry
            where expires_on = ? and (tenant_id, log_index) > (?, ?)
              and tenant_id = any (array(select tenant_id from ledger.hold where lifted_at is null))
            order by tenant_id, log_index limit ?\
            """)) {
      statement.setObject(1, day);
      statement.setObject(2, last.tenant());
      statement.setLong(3, last.index());
      statement.setInt(4, PAGE);
      try (var row = statement.executeQuery()) {
        while (row.next()) {
          keys.add(new Key(row.getObject(1, UUID.class), row.getLong(2)));
        }
      }
    }
    return keys;
  }

  /// Locks those of the page that are to be moved, so that none is erased meanwhile. What cannot be
  /// opened stops the move: content that somebody altered is not dropped as if it had expired.
  private Moved sealedAnew(LocalDate day, List<Key> page) throws SQLException {
    var moved = new Moved();
    try (var statement =
        connection.prepareStatement(
            """
            select e.tenant_id, e.log_index, e.id, e.sealed
            from ledger.entry e join unnest(?::uuid[], ?::bigint[]) v(tenant_id, log_index) using (tenant_id, log_index)
            where e.expires_on = ? and exists (select from ledger.hold h where %s) for update of e\
            """
                .formatted(HoldStore.COVERS))) {
      bind(
          statement,
          1,
          page.stream().map(Key::tenant).toList(),
          page.stream().map(Key::index).toList());
      statement.setObject(3, day);
      try (var row = statement.executeQuery()) {
        while (row.next()) {
          var tenant = row.getObject(1, UUID.class);
          moved.tenants.add(tenant);
          moved.indexes.add(row.getLong(2));
          moved.sealed.add(
              anew(day, new TenantId(tenant), row.getObject(3, UUID.class), row.getBytes(4)));
        }
      }
    }
    return moved;
  }

  private byte @Nullable [] anew(
      LocalDate day, TenantId tenant, UUID id, byte @Nullable [] sealed) {
    if (sealed == null) {
      return null;
    }
    var content =
        sealing
            .read(new Place(tenant, id, ContentDay.of(day)), sealed)
            .orElseThrow(() ->
                new IllegalStateException(
                    "the secret of %s was destroyed before its day ended".formatted(day)));
    return sealing.seal(new Place(tenant, id, ContentDay.KEPT), content.salt(), content.text());
  }

  private void move(LocalDate day, Moved moved) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            with moved as (
              update ledger.entry e set expires_on = 'infinity', sealed = v.sealed
              from unnest(?::uuid[], ?::bigint[], ?::bytea[]) v(tenant_id, log_index, sealed)
              where e.expires_on = ? and e.tenant_id = v.tenant_id and e.log_index = v.log_index
              returning e.tenant_id, e.log_index
            )
            insert into ledger.held (tenant_id, log_index, day) select tenant_id, log_index, ? from moved
            on conflict (tenant_id, log_index) do nothing\
            """)) {
      bind(statement, 1, moved.tenants, moved.indexes);
      statement.setArray(3, connection.createArrayOf("bytea", moved.sealed.toArray(byte[][]::new)));
      statement.setObject(4, day);
      statement.setObject(5, day);
      statement.executeUpdate();
    }
  }

  private void bind(PreparedStatement statement, int at, List<UUID> tenants, List<Long> indexes)
      throws SQLException {
    statement.setArray(at, connection.createArrayOf("uuid", tenants.toArray(UUID[]::new)));
    statement.setArray(at + 1, connection.createArrayOf("bigint", indexes.toArray(Long[]::new)));
  }

  /// Empties what no hold covers any more: its day is over. What is left says when that was.
  void release() throws SQLException {
    var last = Key.BEFORE_ALL;
    boolean more = true;
    try (var statement =
        connection.prepareStatement(
            """
            with page as (
              select tenant_id, log_index, day from ledger.held
              where (tenant_id, log_index) > (?, ?) order by tenant_id, log_index limit ?
            ), emptied as (
              update ledger.entry e set sealed = null from page p
              where e.expires_on = 'infinity' and e.tenant_id = p.tenant_id and e.log_index = p.log_index
                and not exists (select from ledger.hold h where %s)
              returning e.tenant_id, e.log_index, p.day
            ), noted as (
              insert into ledger.erasure (tenant_id, log_index, erasure_id, erased_at, reason)
              select tenant_id, log_index, gen_random_uuid(), day::timestamp at time zone 'utc', 'retention' from emptied
              on conflict (tenant_id, log_index) do nothing
            ), forgotten as (
              delete from ledger.held k using emptied m
              where k.tenant_id = m.tenant_id and k.log_index = m.log_index
            )
            select tenant_id, log_index from page order by tenant_id desc, log_index desc limit 1\
            """
                .formatted(HoldStore.COVERS))) {
      while (more) {
        statement.setObject(1, last.tenant());
        statement.setLong(2, last.index());
        statement.setInt(3, PAGE);
        try (var row = statement.executeQuery()) {
          more = row.next();
          if (more) {
            last = new Key(row.getObject(1, UUID.class), row.getLong(2));
          }
        }
      }
    }
  }
}
