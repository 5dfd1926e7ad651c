package dev.countersign.kernel.store;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Refusal;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;

/// Answers by idempotency key, written in the transaction of what they answer.
///
/// A second call with the same key waits for the first one's transaction, then gets its answer;
/// with another body it is refused. Kept for 24 hours, per tenant, principal, route and key.
public final class IdempotentAnswers {
  private static final Duration KEPT = Duration.ofHours(24);

  /// Old rows removed by one call: enough to keep up, few enough to cost nothing.
  private static final int SWEEP = 5;

  private static final int DEPTH = 64;

  private IdempotentAnswers() {}

  /// A ledger entry by which the answer was recorded, and the governed action it belongs to.
  public record EntryRef(UUID id, UUID correlationId) {}

  /// An answer given earlier, with the ledger entries that belong to it.
  public record Stored(JsonObject answer, List<EntryRef> entries) {}

  /// Claims the call's key for this transaction, or yields the answer that was given under it.
  ///
  /// Throws [Refusal.KeyReused] if the key came with another body.
  public static Optional<Stored> claim(TenantTransaction transaction, Call call, Instant now) {
    if (call.idempotency().isEmpty()) {
      return Optional.empty();
    }
    var key = call.idempotency().get();
    sweep(transaction, now);
    int claimed =
        bound(
                transaction,
                call,
                """
                insert into kernel.idempotency (tenant_id, principal, route, key, body, created_at)
                values (:tenant, :principal, :route, :key, :body, :now)
                on conflict (tenant_id, principal, route, key) do update
                  set body = excluded.body, created_at = excluded.created_at, answer = null, entry_ids = null, correlation_ids = null
                  where kernel.idempotency.created_at < :expired\
                """)
            .bind("body", key.body().bytes())
            .bind("now", Timestamp.from(now))
            .bind("expired", Timestamp.from(now.minus(KEPT)))
            .execute();
    return claimed == 1 ? Optional.empty() : Optional.of(stored(transaction, call, key.body()));
  }

  /// Keeps the answer under the claimed key; does nothing for a call without one.
  public static void keep(
      TenantTransaction transaction, Call call, JsonObject answer, List<EntryRef> entries) {
    if (call.idempotency().isEmpty()) {
      return;
    }
    bound(
            transaction,
            call,
            """
            update kernel.idempotency set answer = :answer, entry_ids = :entries, correlation_ids = :correlations
            where tenant_id = :tenant and principal = :principal and route = :route and key = :key\
            """)
        .bind("answer", answer.toString())
        .bindArray("entries", UUID.class, entries.stream().map(EntryRef::id).toList())
        .bindArray(
            "correlations", UUID.class, entries.stream().map(EntryRef::correlationId).toList())
        .later();
  }

  /// Takes away every answer that was recorded by this entry, and what it was the answer to; a
  /// repetition of the call is refused from then on, for it must not be carried out again.
  public static void erase(TenantTransaction transaction, UUID entryId) {
    transaction
        .update(
            """
            update kernel.idempotency set answer = null, body = :nothing
            where tenant_id = :tenant and entry_ids @> array[:entry]\
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("nothing", Digest.ZERO.bytes())
        .bind("entry", entryId)
        .execute();
  }

  private static Stored stored(TenantTransaction transaction, Call call, Digest body) {
    var key = call.idempotency().orElseThrow();
    return transaction
        .query(
            """
            select body, answer, entry_ids, correlation_ids from kernel.idempotency
            where tenant_id = :tenant and principal = :principal and route = :route and key = :key\
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("principal", call.principal().actor())
        .bind("route", key.route())
        .bind("key", key.key())
        .map((row, _) -> {
          var text = row.getString("answer");
          if (text == null) {
            throw new Refusal.Conflict(
                "answer_erased",
                "what was answered under this `Idempotency-Key` was erased; use another key");
          }
          if (!Digest.of(row.getBytes("body")).equals(body)) {
            throw new Refusal.KeyReused();
          }
          var answer = (JsonObject) JsonReader.read(text, DEPTH);
          var ids = (UUID[]) row.getArray("entry_ids").getArray();
          var correlations = (UUID[]) row.getArray("correlation_ids").getArray();
          return new Stored(
              answer,
              IntStream.range(0, ids.length)
                  .mapToObj(i -> new EntryRef(ids[i], correlations[i]))
                  .toList());
        })
        .one();
  }

  private static Update bound(TenantTransaction transaction, Call call, String sql) {
    var key = call.idempotency().orElseThrow();
    return transaction
        .update(sql)
        .bind("tenant", transaction.tenant().value())
        .bind("principal", call.principal().actor())
        .bind("route", key.route())
        .bind("key", key.key());
  }

  private static void sweep(TenantTransaction transaction, Instant now) {
    transaction
        .update(
            """
            delete from kernel.idempotency where ctid in (
              select ctid from kernel.idempotency where tenant_id = :tenant and created_at < :expired
              order by created_at limit <sweep> for update skip locked)\
            """
                .replace("<sweep>", Integer.toString(SWEEP)))
        .bind("tenant", transaction.tenant().value())
        .bind("expired", Timestamp.from(now.minus(KEPT)))
        .later();
  }
}
