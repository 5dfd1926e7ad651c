package dev.countersign.trust.store;

import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.trust.predict.anomaly.ScoredHours;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Optional;

/// Reads and writes `trust.watch`: which of the tenant's hours were judged, and how they scored.
/// Stateless; safe for use by many threads, each with its own transaction.
public final class WatchStore {

  /// Where judging stands.
  ///
  /// @param until the end of the last hour that was judged; hours before it are judged no more
  public record Watched(ScoredHours hours, Instant until) {
    public static final Watched NOTHING = new Watched(ScoredHours.NONE, Instant.EPOCH);
  }

  /// [Watched#NOTHING] of a tenant of which no hour was judged.
  public Watched read(TenantTransaction transaction) {
    return read(transaction, "").orElse(Watched.NOTHING);
  }

  /// The same, locked until the transaction ends.
  public Watched lock(TenantTransaction transaction) {
    // Whoever comes second waits here for the first, then finds his row.
    transaction
        .update(
            """
            insert into trust.watch (tenant_id, scored, judged_until) values (:tenant, :scored, :until)
            on conflict do nothing\
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("scored", Watched.NOTHING.hours().toJson().toString())
        .bind("until", Timestamp.from(Watched.NOTHING.until()))
        .later();
    return read(transaction, " for update").orElseThrow();
  }

  private static Optional<Watched> read(TenantTransaction transaction, String lock) {
    return transaction
        .query("select scored, judged_until from trust.watch where tenant_id = :tenant" + lock)
        .bind("tenant", transaction.tenant().value())
        .map((row, _) ->
            new Watched(
                ScoredHours.fromJson(JsonReader.readObject(row.getString("scored"))),
                row.getTimestamp("judged_until").toInstant()))
        .findOne();
  }

  /// MUST be called with the row locked.
  public void write(TenantTransaction transaction, Watched watched) {
    transaction
        .update(
            "update trust.watch set scored = :scored, judged_until = :until where tenant_id = :tenant")
        .bind("tenant", transaction.tenant().value())
        .bind("scored", watched.hours().toJson().toString())
        .bind("until", Timestamp.from(watched.until()))
        .later();
  }
}
