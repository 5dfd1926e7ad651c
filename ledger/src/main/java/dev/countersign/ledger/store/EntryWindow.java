package dev.countersign.ledger.store;

import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.ledger.store.EntryWalk.Direction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;

/// A piece of a tenant's log, and which partitions can hold entries of it.
///
/// A partition has what *expires* on one day, so a query by index or time would have to look into
/// each of them. But an index says when an entry was written, as far as `ledger.growth` knows how
/// far the log reached when; and the day of writing, with the retentions in force around it and the
/// partitions that there were, says on which days it can expire (`ledger.expiry_range`). What is
/// kept for good is in a partition of its own, which every piece reads.
///
/// Where one of these is not known, more partitions are read, never fewer.
///
/// @param edge the far end: entries at it and beyond are not in this piece
/// @param last whether nothing beyond this piece can match
/// @param condition what leaves the other partitions out; empty if none can be left out. The days
///   are literals: partitions are then left out when the query is planned, before they are locked
record EntryWindow(long edge, boolean last, String condition) {
  /// How far the database's clock may have been set back, and how long a transaction may have
  /// lasted.
  private static final Duration SLACK = Duration.ofDays(1);

  private static final String NEWEST_FIRST =
      """
      with newest as (
        select least(
          (select at from ledger.growth where size >= :position order by size, at limit 1),
          :to::timestamptz, now()) as until
      ), edge as (
        select until, g.at, g.size
        from newest left join lateral (
          select at, size from ledger.growth
          where at <= until - make_interval(days => :days) order by at desc limit 1) g on true
      ), piece as (
        select coalesce(size - 1, -1) as edge,
          at is null or coalesce(at <= :from::timestamptz - :slack::interval, false) as last,
          greatest(
            coalesce(at, (select at from ledger.growth where size = 0 order by at desc limit 1)),
            :from::timestamptz) as since,
          until
        from edge
      )\
      """;

  private static final String OLDEST_FIRST =
      """
      with oldest as (
        select greatest(
          (select at from ledger.growth where size <= :position + 1 order by size desc, at desc limit 1),
          :from::timestamptz) as since
      ), edge as (
        select since, g.at, g.size
        from oldest left join lateral (
          select at, size from ledger.growth
          where at >= coalesce(since + make_interval(days => :days), '-infinity') order by at limit 1) g on true
      ), piece as (
        select coalesce(size, 9223372036854775807) as edge,
          at is null or coalesce(at >= :to::timestamptz + :slack::interval, false) as last,
          since, least(at, :to::timestamptz, now()) as until
        from edge
      )\
      """;

  private static final String RANGE =
      """
      select edge, last, (range).first::text as first, (range).last::text as last_day
      from (
        select edge, last, ledger.expiry_range(:tenant, since - :slack::interval, until + :slack::interval) as range
        from piece) ranged\
      """;

  /// The piece beyond `position`.
  ///
  /// @param days about how much time it spans
  /// @param from nothing that was written before is wanted
  /// @param to nothing that was written at it or later is wanted
  static EntryWindow beyond(
      TenantTransaction transaction,
      Direction direction,
      long position,
      int days,
      Optional<Instant> from,
      Optional<Instant> to) {
    return transaction
        .handle()
        .createQuery((direction == Direction.NEWEST_FIRST ? NEWEST_FIRST : OLDEST_FIRST) + RANGE)
        .bind("tenant", transaction.tenant().value())
        .bind("position", Math.min(position, Long.MAX_VALUE - 1))
        .bind("days", days)
        .bind("from", from.map(EntryWindow::utc).orElse(null))
        .bind("to", to.map(EntryWindow::utc).orElse(null))
        .bind("slack", SLACK.toString())
        .map((row, _) -> of(row))
        .one();
  }

  /// The piece that is one entry.
  static EntryWindow around(TenantTransaction transaction, long logIndex) {
    return transaction
        .handle()
        .createQuery(
            """
            with piece as (
              select :index + 1 as edge, true as last,
                (select at from ledger.growth where size <= :index order by size desc, at desc limit 1) as since,
                coalesce((select at from ledger.growth where size > :index order by size, at limit 1), now()) as until
            )\
            """
                + RANGE)
        .bind("tenant", transaction.tenant().value())
        .bind("index", logIndex)
        .bind("slack", SLACK.toString())
        .map((row, _) -> of(row))
        .one();
  }

  /// All that was written between two times.
  static EntryWindow written(TenantTransaction transaction, Instant since, Instant until) {
    return transaction
        .handle()
        .createQuery(
            """
            with piece as (
              select 0 as edge, true as last, :since::timestamptz as since, :until::timestamptz as until
            )\
            """
                + RANGE)
        .bind("tenant", transaction.tenant().value())
        .bind("since", utc(since))
        .bind("until", utc(until))
        .bind("slack", SLACK.toString())
        .map((row, _) -> of(row))
        .one();
  }

  /// A position beyond which is everything that was written before `time` (or, oldest first, from
  /// then on), as near as it is known; empty if it is not.
  static Optional<Long> start(TenantTransaction transaction, Direction direction, Instant time) {
    var newest = direction == Direction.NEWEST_FIRST;
    return transaction
        .handle()
        .createQuery(
            newest
                ? "select size from ledger.growth where at >= :time::timestamptz + :slack::interval order by at limit 1"
                : "select size - 1 from ledger.growth where at <= :time::timestamptz - :slack::interval order by at desc limit 1")
        .bind("time", utc(time))
        .bind("slack", SLACK.toString())
        .mapTo(Long.class)
        .findOne();
  }

  private static OffsetDateTime utc(Instant time) {
    return time.atOffset(ZoneOffset.UTC);
  }

  private static EntryWindow of(ResultSet row) throws SQLException {
    var first = row.getString("first");
    return new EntryWindow(
        row.getLong("edge"),
        row.getBoolean("last"),
        first == null
            ? ""
            : " and (expires_on between '%s' and '%s' or expires_on = 'infinity')"
                .formatted(first, row.getString("last_day")));
  }
}
