package dev.countersign.ledger.usecase;

import dev.countersign.kernel.Ids;
import dev.countersign.kernel.store.IdempotentAnswers;
import dev.countersign.ledger.Entry;
import dev.countersign.ledger.store.ErasureStore;
import dev.countersign.ledger.store.HoldStore;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// What the ledger itself repeats: the answers that wait for a repetition of their call, and the
/// reasons of erasures and holds.
public final class OwnCopies implements ErasedCopies {

  @Override
  public SortedSet<String> columns() {
    return Collections.unmodifiableSortedSet(
        new TreeSet<>(
            List.of(
                "kernel.idempotency.answer",
                "kernel.idempotency.body",
                "ledger.entry.sealed",
                "ledger.erasure.reason",
                "ledger.hold.lift_reason",
                "ledger.hold.reason")));
  }

  @Override
  public void erase(LedgerTransaction transaction, Entry entry) {
    var tenant = transaction.tenant();
    IdempotentAnswers.erase(tenant, entry.id());
    switch (entry.action()) {
      case EraseContent.ACTION -> ErasureStore.forgetReason(tenant, entry.correlationId());
      case Holds.SET ->
          Ids.parse(entry.resourceId()).ifPresent(id -> HoldStore.forgetReason(tenant, id));
      case Holds.LIFTED ->
          Ids.parse(entry.resourceId()).ifPresent(id -> HoldStore.forgetLiftReason(tenant, id));
      default -> {
        // Nothing else of the ledger's repeats what an entry says.
      }
    }
  }
}
