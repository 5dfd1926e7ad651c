package dev.countersign.policy.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.Generation.Counter;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.policy.EntityKey;
import dev.countersign.policy.store.EntityStore;

/// Forgets a subject or a resource. What is declared of it counts again from the next decision on.
public final class RemoveEntity {
  private final Ledger ledger;
  private final EntityStore entities;

  public RemoveEntity(Ledger ledger, EntityStore entities) {
    this.ledger = ledger;
    this.entities = entities;
  }

  /// Throws [Refusal.NotFound] if it is not there.
  public Recorded in(Call call, EntityKey key) {
    return ledger.transact(
        call,
        new Attempt("entity.removed", "entity", key.path()),
        Rules.CHANGE,
        transaction -> {
          if (!entities.remove(transaction.tenant(), key)) {
            throw new Refusal.NotFound("entity", key.path());
          }
          transaction.tenant().raise(Counter.POLICIES);
          transaction.record(
              "entity.removed", "entity", key.path(), transaction.newId(), named(key));
          return named(key);
        });
  }

  private static JsonObject named(EntityKey key) {
    return Json.object().put("type", key.type()).put("id", key.id()).build();
  }
}
