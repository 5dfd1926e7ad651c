package dev.countersign.ledger.store;

import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseFailure;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.ledger.content.Sealing;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/// Walks a tenant's entries along the primary key, in either direction, looking at a bounded number
/// of them.
///
/// An index on an expression over the content would be of no use: row-level security keeps every
/// function that is not leak-proof behind its policy, so the planner would never take it (ADR
/// 0024). Nor does the database know what an entry says: its content is sealed (ADR 0035). So each
/// entry is looked at; what its columns rule out leaves the database without its content, the rest
/// is opened and compared here.
public final class EntryWalk {
  /// How far the time of an entry may lie from its place in the log: nodes' clocks differ, and an
  /// entry waits for its index. A walk with a time range goes on this much beyond it.
  static final Duration DISORDER = Duration.ofHours(1);

  /// Rows fetched at once: content is at most 64 KiB each, so this is what is held in memory.
  private static final int FETCHED = 256;

  /// Entries of other actions that are passed over to find where a time range begins.
  private static final int PASSED_OVER = 200;

  /// How far from the beginning of a time range an id is looked for.
  private static final Duration LOOKED_AROUND = Duration.ofDays(1);

  /// In days; wide enough for a log of years, and a number that does not overflow.
  static final int LONGEST_WINDOW = 512;

  private EntryWalk() {}

  /// Which way the walk goes.
  public enum Direction {
    NEWEST_FIRST("<", "desc", Long.MAX_VALUE),
    OLDEST_FIRST(">", "asc", -1);

    private final String beyond;
    private final String order;
    private final long outside;

    Direction(String beyond, String order, long outside) {
      this.beyond = beyond;
      this.order = order;
      this.outside = outside;
    }

    /// A position before every entry.
    public long outside() {
      return outside;
    }

    /// The position right before an index, so that a walk begins with it.
    long before(long logIndex) {
      return this == NEWEST_FIRST ? logIndex + 1 : logIndex - 1;
    }
  }

  /// What is looked for.
  ///
  /// @param from times from here on
  /// @param to times before here
  /// @param fragments of each list at least one MUST stand in the canonical text, as it is written
  ///   there. This only narrows: the same text may stand elsewhere, so who asks checks what he
  ///   finds. An entry whose content is gone matches only without fragments.
  /// @param content whether the content is wanted; without it a walk that counts is faster
  public record Wanted(
      String action,
      Optional<Instant> from,
      Optional<Instant> to,
      List<List<String>> fragments,
      boolean content) {
    public Wanted {
      fragments = fragments.stream().map(List::copyOf).toList();
    }

    /// What is wanted was not written before.
    Optional<Instant> writtenFrom() {
      return from.map(time -> time.minus(DISORDER));
    }

    /// What is wanted was not written later.
    Optional<Instant> writtenTo() {
      return to.map(time -> time.plus(DISORDER));
    }

    /// Whether content has to be opened at all.
    private boolean opened() {
      return content || !fragments.isEmpty();
    }

    private boolean matches(Optional<String> text) {
      return fragments.stream()
          .allMatch(alternatives ->
              text.filter(found -> alternatives.stream().anyMatch(found::contains)).isPresent());
    }
  }

  /// An entry that may match.
  ///
  /// @param content the canonical text; empty if it is gone or was not wanted
  public record Found(long logIndex, UUID correlationId, Instant time, Optional<String> content) {}

  /// How far one walk came.
  ///
  /// @param examined entries looked at
  /// @param reached the index of the last one; where the next walk begins
  /// @param time of the last one; empty if there was none
  /// @param end whether there is nothing beyond that could match
  /// @param stopped whether the visitor had enough
  public record Stretch(
      int examined, long reached, Optional<Instant> time, boolean end, boolean stopped) {

    private Stretch then(Stretch next) {
      return new Stretch(
          examined + next.examined,
          next.examined > 0 ? next.reached : reached,
          next.time.or(() -> time),
          next.end,
          next.stopped);
    }

    private Stretch ended() {
      return new Stretch(examined, reached, time, true, false);
    }
  }

  /// Looks at the next entries beyond `position`, at most `most`, and hands on those that may match
  /// until `visitor` says false.
  ///
  /// Goes from window to window, each of which reads only partitions that can hold it. The first
  /// spans a day, for most walks end there, and each further one twice as much: a log in which a
  /// tenant has little is walked through in few statements.
  public static Stretch read(
      TenantTransaction transaction,
      Sealing sealing,
      Wanted wanted,
      Direction direction,
      long position,
      int most,
      Predicate<Found> visitor) {
    var stretch = new Stretch(0, position, Optional.empty(), false, false);
    long next = position;
    int days = 1;
    while (true) {
      var window =
          EntryWindow.beyond(
              transaction, direction, next, days, wanted.writtenFrom(), wanted.writtenTo());
      stretch =
          stretch.then(
              within(
                  transaction,
                  sealing,
                  wanted,
                  direction,
                  window,
                  next,
                  most - stretch.examined(),
                  visitor));
      if (stretch.end() || stretch.stopped() || stretch.examined() == most) {
        return stretch;
      }
      if (window.last()) {
        return stretch.ended();
      }
      next = direction.before(window.edge());
      days = Math.min(2 * days, LONGEST_WINDOW);
    }
  }

  private static Stretch within(
      TenantTransaction transaction,
      Sealing sealing,
      Wanted wanted,
      Direction direction,
      EntryWindow window,
      long position,
      int most,
      Predicate<Found> visitor) {
    var parameters = new ArrayList<Object>();
    var sql = sql(transaction, wanted, direction, window, position, most, parameters);
    try (var statement = transaction.handle().getConnection().prepareStatement(sql)) {
      statement.setFetchSize(FETCHED);
      bind(statement, parameters);
      try (var row = statement.executeQuery()) {
        return walked(row, transaction.tenant(), sealing, wanted, position, visitor);
      }
    } catch (SQLException e) {
      throw DatabaseFailure.of(e);
    }
  }

  private static Stretch walked(
      ResultSet row,
      TenantId tenant,
      Sealing sealing,
      Wanted wanted,
      long position,
      Predicate<Found> visitor)
      throws SQLException {
    int examined = 0;
    long reached = position;
    Timestamp time = null;
    while (row.next()) {
      examined++;
      reached = row.getLong(1);
      time = row.getTimestamp(3);
      if (row.getBoolean(4)) {
        return new Stretch(examined, reached, Optional.of(time.toInstant()), true, false);
      }
      if (!row.getBoolean(5)) {
        continue;
      }
      var content = content(row, tenant, sealing, wanted);
      if (wanted.matches(content)
          && !visitor.test(
              new Found(reached, row.getObject(2, UUID.class), time.toInstant(), content))) {
        return new Stretch(examined, reached, Optional.of(time.toInstant()), false, true);
      }
    }
    return new Stretch(
        examined, reached, Optional.ofNullable(time).map(Timestamp::toInstant), false, false);
  }

  /// Opens what a row brought; empty if it is gone or not needed.
  private static Optional<String> content(
      ResultSet row, TenantId tenant, Sealing sealing, Wanted wanted) throws SQLException {
    if (!wanted.opened()) {
      return Optional.empty();
    }
    return EntryContent.read(sealing, tenant, row).map(EntryContent.Clear::text);
  }

  /// The statement, with its parameters in their order.
  static String sql(
      TenantTransaction transaction,
      Wanted wanted,
      Direction direction,
      EntryWindow window,
      long position,
      int most,
      List<Object> parameters) {
    // What does not match by its columns brings no content with it.
    var sql = new StringBuilder("select log_index, correlation_id, time, ");
    var past = direction == Direction.NEWEST_FIRST ? wanted.writtenFrom() : wanted.writtenTo();
    past.ifPresentOrElse(
        bound -> {
          sql.append("time ").append(direction.beyond).append(" ?");
          parameters.add(Timestamp.from(bound));
        },
        () -> sql.append("false"));
    var matching = new StringBuilder("action = ?");
    var matched = new ArrayList<Object>();
    matched.add(wanted.action());
    wanted
        .from()
        .ifPresent(from -> {
          matching.append(" and time >= ?");
          matched.add(Timestamp.from(from));
        });
    wanted
        .to()
        .ifPresent(to -> {
          matching.append(" and time < ?");
          matched.add(Timestamp.from(to));
        });
    sql.append(", ").append(matching);
    parameters.addAll(matched);
    if (wanted.opened()) {
      sql.append(", case when ")
          .append(matching)
          .append(" then sealed end as sealed, ")
          .append(EntryContent.PLACE);
      parameters.addAll(matched);
    }
    sql.append(" from ledger.entry where tenant_id = ? and log_index ")
        .append(direction.beyond)
        .append(" ? and ? ")
        .append(direction.beyond)
        .append(" log_index")
        .append(window.condition())
        .append(" order by log_index ")
        .append(direction.order)
        .append(" limit ?");
    parameters.add(transaction.tenant().value());
    parameters.add(position);
    parameters.add(window.edge());
    parameters.add(most);
    return sql.toString();
  }

  /// Where a walk over a time range may begin, so that it need not pass over all that is newer (or
  /// older); empty if nothing can be said.
  ///
  /// The ids of governed actions begin with the millisecond they were made in, and are indexed.
  /// They are looked for around that time; if there is none, how far the log reached is near
  /// enough.
  public static Optional<Long> start(
      TenantTransaction transaction, Wanted wanted, Direction direction) {
    var bound = direction == Direction.NEWEST_FIRST ? wanted.writtenTo() : wanted.writtenFrom();
    // Outside these years no id was made, and the milliseconds would not fit.
    return bound
        .filter(time -> time.isAfter(Instant.EPOCH) && time.getEpochSecond() < 1L << 37)
        .flatMap(time ->
            near(transaction, wanted, direction, time)
                .or(() -> EntryWindow.start(transaction, direction, time)));
  }

  private static Optional<Long> near(
      TenantTransaction transaction, Wanted wanted, Direction direction, Instant time) {
    var newest = direction == Direction.NEWEST_FIRST;
    var window =
        newest
            ? EntryWindow.written(transaction, time, time.plus(LOOKED_AROUND))
            : EntryWindow.written(transaction, time.minus(LOOKED_AROUND), time);
    return transaction
        .handle()
        .createQuery(
            """
            select log_index from (
              select log_index, action, correlation_id from ledger.entry
              where tenant_id = :tenant and correlation_id <beyond> :id<window>
              order by correlation_id <order>, log_index <order> limit :passed) near
            where action = :action order by correlation_id <order>, log_index <order> limit 1\
            """
                .replace("<beyond>", newest ? ">=" : "<")
                .replace("<window>", window.condition())
                .replace("<order>", newest ? "asc" : "desc"))
        .bind("tenant", transaction.tenant().value())
        .bind("id", firstOf(time))
        .bind("action", wanted.action())
        .bind("passed", PASSED_OVER)
        .mapTo(Long.class)
        .findOne();
  }

  /// The smallest UUID of version 7 of that millisecond.
  private static UUID firstOf(Instant time) {
    return new UUID(time.toEpochMilli() << 16 | 0x7000L, 0x8000000000000000L);
  }

  static void bind(PreparedStatement statement, List<Object> parameters) throws SQLException {
    for (int i = 0; i < parameters.size(); i++) {
      statement.setObject(i + 1, parameters.get(i));
    }
  }

  /// The entries of a governed action with this action, whether or not their content is still
  /// there.
  public static Optional<Found> of(
      TenantTransaction transaction, Sealing sealing, UUID correlationId, String action) {
    return transaction
        .handle()
        .createQuery(
            """
            select log_index, time, sealed, <place> from ledger.entry
            where tenant_id = :tenant and correlation_id = :correlation and action = :action
            order by log_index limit 1\
            """
                .replace("<place>", EntryContent.PLACE))
        .bind("tenant", transaction.tenant().value())
        .bind("correlation", correlationId)
        .bind("action", action)
        .map((row, _) ->
            new Found(
                row.getLong("log_index"),
                correlationId,
                row.getTimestamp("time").toInstant(),
                EntryStore.stored(transaction, sealing, row).map(EntryStore.Stored::content)))
        .findOne();
  }
}
