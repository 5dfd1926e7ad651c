package dev.countersign.events.store;

import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseFailure;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/// Finds webhooks of every tenant that may have something to do. Safe for use by many threads.
public final class DueWebhooks {
  private final DataSource timer;

  /// @param timer connections of the timer's role, which sees ids, numbers and times only
  public DueWebhooks(DataSource timer) {
    this.timer = timer;
  }

  /// An active webhook at which nobody is.
  ///
  /// @param seen how many entries its tenant had when it last read to the end of the log
  /// @param full whether so much waits that nothing more is read
  /// @param waiting whether the time of something that waits has come
  /// @param failing whether its receiver is away
  /// @param held whether it is to be left alone until the receiver is tried again
  public record Candidate(
      TenantId tenant,
      UUID webhook,
      long seen,
      boolean full,
      boolean waiting,
      boolean failing,
      boolean held) {

    /// Whether somebody should be at it now.
    ///
    /// @param length how many entries its tenant has
    public boolean due(long length) {
      return !held && (waiting || (!full && length > seen));
    }
  }

  /// All of them, of all tenants, ordered.
  public List<Candidate> at(Instant now) {
    try (var connection = timer.getConnection();
        var statement =
            connection.prepareStatement(
                """
                select tenant_id, webhook_id, p.seen, p.is_full, coalesce(p.due_at <= ?, false) as waiting,
                  p.failing_since is not null as failing, coalesce(p.retry_at > ?, false) as held
                from events.progress p join events.webhook w using (tenant_id, webhook_id)
                where w.state = 'active' and (p.leased_until is null or p.leased_until < clock_timestamp())
                order by tenant_id, webhook_id\
                """)) {
      statement.setTimestamp(1, Timestamp.from(now));
      statement.setTimestamp(2, Timestamp.from(now));
      try (var rows = statement.executeQuery()) {
        var found = new ArrayList<Candidate>();
        while (rows.next()) {
          found.add(
              new Candidate(
                  new TenantId(rows.getObject("tenant_id", UUID.class)),
                  rows.getObject("webhook_id", UUID.class),
                  rows.getLong("seen"),
                  rows.getBoolean("is_full"),
                  rows.getBoolean("waiting"),
                  rows.getBoolean("failing"),
                  rows.getBoolean("held")));
        }
        return List.copyOf(found);
      }
    } catch (SQLException e) {
      throw DatabaseFailure.of(e);
    }
  }

  /// A webhook with deliveries that can go.
  public record Old(TenantId tenant, UUID webhook) {}

  /// Those that ended before a time, and webhooks that were removed.
  public List<Old> endedBefore(Instant time) {
    try (var connection = timer.getConnection();
        var statement =
            connection.prepareStatement(
                """
                select tenant_id, webhook_id from events.delivery where finished_at < ?
                union select tenant_id, webhook_id from events.webhook where state = 'removed' order by 1, 2\
                """)) {
      statement.setTimestamp(1, Timestamp.from(time));
      try (var rows = statement.executeQuery()) {
        var found = new ArrayList<Old>();
        while (rows.next()) {
          found.add(
              new Old(new TenantId(rows.getObject(1, UUID.class)), rows.getObject(2, UUID.class)));
        }
        return List.copyOf(found);
      }
    } catch (SQLException e) {
      throw DatabaseFailure.of(e);
    }
  }
}
