package dev.countersign.ledger.store;

import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.ledger.content.Sealing;
import dev.countersign.ledger.store.EntryStore.Stored;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// What was erased of a tenant's entries, and why.
public final class ErasureStore {
  private ErasureStore() {}

  /// @param id the correlation id of the entry that recorded it
  public record Erasure(UUID id, long logIndex, Instant at, String reason) {}

  /// The entry, which nobody else erases or moves until the transaction ends; empty if there is
  /// none or its content is gone.
  ///
  /// [HoldStore#keepFromChanging] MUST have been called before: what is on hold is moved.
  public static Optional<Stored> lock(
      TenantTransaction transaction, Sealing sealing, long logIndex) {
    return transaction
        .handle()
        .createQuery(
            """
            select log_index, sealed, <place> from ledger.entry
            where tenant_id = :tenant and log_index = :index and sealed is not null<window> for update\
            """
                .replace("<place>", EntryContent.PLACE)
                .replace("<window>", EntryWindow.around(transaction, logIndex).condition()))
        .bind("tenant", transaction.tenant().value())
        .bind("index", logIndex)
        .map((row, _) -> EntryStore.stored(transaction, sealing, row))
        .findOne()
        .flatMap(stored -> stored);
  }

  public static Optional<Erasure> of(TenantTransaction transaction, long logIndex) {
    return transaction
        .handle()
        .createQuery(
            """
            select erasure_id, erased_at, reason from ledger.erasure
            where tenant_id = :tenant and log_index = :index\
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("index", logIndex)
        .map((row, _) ->
            new Erasure(
                row.getObject("erasure_id", UUID.class),
                logIndex,
                row.getTimestamp("erased_at").toInstant(),
                row.getString("reason")))
        .findOne();
  }

  /// The entry that recorded an erasure; empty if its own content is gone.
  ///
  /// @param action of the entries that record erasures
  public static Optional<Recording> recording(
      TenantTransaction transaction, Sealing sealing, UUID erasureId, String action) {
    return transaction
        .handle()
        .createQuery(
            """
            select log_index, sealed, <place> from ledger.entry
            where tenant_id = :tenant and correlation_id = :id and action = :action and sealed is not null\
            """
                .replace("<place>", EntryContent.PLACE))
        .bind("tenant", transaction.tenant().value())
        .bind("id", erasureId)
        .bind("action", action)
        .map((row, _) -> {
          var id = row.getObject("id", UUID.class);
          return EntryStore.stored(transaction, sealing, row)
              .map(stored -> new Recording(id, stored));
        })
        .findOne()
        .flatMap(recording -> recording);
  }

  /// An entry with its id.
  public record Recording(UUID id, Stored stored) {}

  /// Empties a locked entry and writes down that it was erased.
  public static void erase(TenantTransaction transaction, Erasure erasure) {
    int erased =
        transaction
            .handle()
            .createUpdate(
                """
                update ledger.entry set sealed = null
                where tenant_id = :tenant and log_index = :index\
                """
                    + EntryWindow.around(transaction, erasure.logIndex()).condition())
            .bind("tenant", transaction.tenant().value())
            .bind("index", erasure.logIndex())
            .execute();
    if (erased != 1) {
      throw new IllegalStateException("entry " + erasure.logIndex() + " was not locked");
    }
    transaction
        .handle()
        .createUpdate(
            """
            insert into ledger.erasure (tenant_id, log_index, erasure_id, erased_at, reason)
            values (:tenant, :index, :id, :at, :reason)\
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("index", erasure.logIndex())
        .bind("id", erasure.id())
        .bind("at", Timestamp.from(erasure.at()))
        .bind("reason", erasure.reason())
        .execute();
  }

  /// Takes away why something was erased; when stays.
  public static void forgetReason(TenantTransaction transaction, UUID id) {
    transaction
        .handle()
        .createUpdate(
            "update ledger.erasure set reason = '' where tenant_id = :tenant and erasure_id = :id")
        .bind("tenant", transaction.tenant().value())
        .bind("id", id)
        .execute();
  }
}
