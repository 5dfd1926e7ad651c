package dev.countersign.identity.store;

import dev.countersign.identity.FailedAttempts;
import dev.countersign.identity.FailedAttempts.Gathered;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseFailure;
import dev.countersign.kernel.store.TenantTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import javax.sql.DataSource;

/// Failed attempts of all nodes in the database, from a node's report until the entry.
///
/// A minute goes through two steps. While it is *open* every node adds to it, under the lock of the
/// minute's row: so a place is there once and the bound of [FailedAttempts#MOST] is exact. It is
/// *closed* some seconds after the first report; from then on its rows only go, each in the
/// transaction that records its entry.
public final class FailedAttemptStore {
  /// Between the first report of a minute and its entries. Nodes report every two seconds; whoever
  /// takes longer than this comes too late.
  static final Duration GRACE = Duration.ofSeconds(10);

  /// Rows that the log did not take for so long are given up: addresses are not kept for later.
  private static final Duration KEPT = Duration.ofHours(1);

  private final DataSource batch;

  /// One place in one minute, for which an entry is due.
  ///
  /// @param tenant whose log takes it
  public record Due(TenantId tenant, Instant minute, String source, boolean knownKey) {}

  private record Place(UUID tenant, String source, boolean knownKey) {
    static Place of(Gathered one, TenantId platform) {
      return new Place(
          one.tenant().orElse(platform).value(), one.source(), one.tenant().isPresent());
    }
  }

  /// @param batch connections of the batch writer's role
  public FailedAttemptStore(DataSource batch) {
    this.batch = batch;
  }

  /// Adds what a node gathered, all or nothing, and removes what is too old.
  ///
  /// Returns how many failures no entry will show: those of minutes that are closed, and those that
  /// were removed.
  public long report(List<Gathered> gathered, TenantId platform, Instant now) {
    var minutes = new TreeMap<Instant, List<Gathered>>();
    gathered.forEach(one -> minutes.computeIfAbsent(one.minute(), _ -> new ArrayList<>()).add(one));
    return run(connection -> {
      long lost = removeOld(connection, now.minus(KEPT));
      // In the order of minutes, so that two nodes never wait for each other.
      for (var minute : minutes.entrySet()) {
        boolean open =
            !minute.getKey().isBefore(now.minus(KEPT)) && lock(connection, minute.getKey(), now);
        if (open) {
          add(connection, minute.getKey(), minute.getValue(), platform);
        } else {
          lost += minute.getValue().stream().mapToLong(Gathered::count).sum();
        }
      }
      return lost;
    });
  }

  /// Closes the minutes whose time has come, and shows what is to be written of all closed ones.
  public List<Due> due(Instant now) {
    return run(connection -> {
      try (var close =
          connection.prepareStatement(
              "update identity.failed_minute set closed = true where not closed and reported_at <= ? and minute <= ?")) {
        close.setObject(1, time(now.minus(GRACE)));
        close.setObject(2, time(now.minus(1, ChronoUnit.MINUTES)));
        close.executeUpdate();
      }
      var due = new ArrayList<Due>();
      try (var statement =
              connection.prepareStatement(
                  """
                  select a.tenant_id, a.minute, a.source, a.known_key from identity.failed_attempt a
                  join identity.failed_minute m on m.minute = a.minute
                  where m.closed order by a.minute, a.tenant_id, a.source, a.known_key\
                  """);
          var row = statement.executeQuery()) {
        while (row.next()) {
          due.add(
              new Due(
                  new TenantId(row.getObject(1, UUID.class)),
                  row.getObject(2, OffsetDateTime.class).toInstant(),
                  row.getString(3),
                  row.getBoolean(4)));
        }
      }
      return due;
    });
  }

  /// Takes a due place out, in the transaction that records it, and says how often keys failed
  /// there; empty if another node has recorded it.
  public static Optional<Long> take(TenantTransaction transaction, Due due) {
    return transaction
        .handle()
        .createQuery(
            """
            delete from identity.failed_attempt
            where tenant_id = :tenant and minute = :minute and source = :source and known_key = :known
            returning failures\
            """)
        .bind("tenant", due.tenant().value())
        .bind("minute", time(due.minute()))
        .bind("source", due.source())
        .bind("known", due.knownKey())
        .mapTo(Long.class)
        .findOne();
  }

  /// Locks a minute's row, which it makes if there is none; false if the minute is closed.
  private static boolean lock(Connection connection, Instant minute, Instant now)
      throws SQLException {
    try (var make =
        connection.prepareStatement(
            "insert into identity.failed_minute (minute, reported_at) values (?, ?) on conflict do nothing")) {
      make.setObject(1, time(minute));
      make.setObject(2, time(now));
      make.executeUpdate();
    }
    try (var lock =
        connection.prepareStatement(
            "select closed from identity.failed_minute where minute = ? for update")) {
      lock.setObject(1, time(minute));
      try (var row = lock.executeQuery()) {
        return row.next() && !row.getBoolean(1);
      }
    }
  }

  private static void add(
      Connection connection, Instant minute, List<Gathered> gathered, TenantId platform)
      throws SQLException {
    var there = places(connection, minute);
    // The rest is one row, whoever makes it.
    var rest =
        there.stream()
            .filter(place -> place.source().isEmpty() && !place.knownKey())
            .findFirst()
            .orElse(new Place(platform.value(), "", false));
    Map<Place, Long> counts = new LinkedHashMap<>();
    for (var one : gathered) {
      var place = Place.of(one, platform);
      boolean room = there.contains(place) || there.size() < FailedAttempts.MOST - 1;
      var counted = room ? place : rest;
      if (!there.contains(counted)) {
        there.add(counted);
      }
      counts.merge(counted, one.count(), Long::sum);
    }
    try (var statement =
        connection.prepareStatement(
            """
            insert into identity.failed_attempt as a (tenant_id, minute, source, known_key, failures)
            select tenant_id, ?, source, known_key, failures
            from unnest(?::uuid[], ?::text[], ?::boolean[], ?::bigint[]) as r (tenant_id, source, known_key, failures)
            on conflict (tenant_id, minute, source, known_key) do update set failures = a.failures + excluded.failures\
            """)) {
      var rows = List.copyOf(counts.keySet());
      statement.setObject(1, time(minute));
      statement.setArray(
          2,
          connection.createArrayOf("uuid", rows.stream().map(Place::tenant).toArray(UUID[]::new)));
      statement.setArray(
          3,
          connection.createArrayOf(
              "text", rows.stream().map(Place::source).toArray(String[]::new)));
      statement.setArray(
          4,
          connection.createArrayOf(
              "boolean", rows.stream().map(Place::knownKey).toArray(Boolean[]::new)));
      statement.setArray(
          5, connection.createArrayOf("bigint", counts.values().toArray(Long[]::new)));
      statement.executeUpdate();
    }
  }

  private static List<Place> places(Connection connection, Instant minute) throws SQLException {
    var places = new ArrayList<Place>();
    try (var statement =
        connection.prepareStatement(
            "select tenant_id, source, known_key from identity.failed_attempt where minute = ?")) {
      statement.setObject(1, time(minute));
      try (var row = statement.executeQuery()) {
        while (row.next()) {
          places.add(new Place(row.getObject(1, UUID.class), row.getString(2), row.getBoolean(3)));
        }
      }
    }
    return places;
  }

  private static long removeOld(Connection connection, Instant before) throws SQLException {
    long removed = 0;
    try (var statement =
        connection.prepareStatement(
            "delete from identity.failed_attempt where minute < ? returning failures")) {
      statement.setObject(1, time(before));
      try (var row = statement.executeQuery()) {
        while (row.next()) {
          removed += row.getLong(1);
        }
      }
    }
    try (var statement =
        connection.prepareStatement("delete from identity.failed_minute where minute < ?")) {
      statement.setObject(1, time(before));
      statement.executeUpdate();
    }
    return removed;
  }

  private static OffsetDateTime time(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  @FunctionalInterface
  private interface Work<T> {
    T in(Connection connection) throws SQLException;
  }

  /// One transaction. What fails is undone here: a pool that takes the connection back would commit
  /// it when it switches to its own mode again.
  private <T> T run(Work<T> work) {
    try (var connection = batch.getConnection()) {
      connection.setAutoCommit(false);
      try {
        var result = work.in(connection);
        connection.commit();
        return result;
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      }
    } catch (SQLException e) {
      throw DatabaseFailure.of(e);
    }
  }
}
