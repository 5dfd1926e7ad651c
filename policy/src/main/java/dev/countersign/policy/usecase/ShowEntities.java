package dev.countersign.policy.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.policy.Entity;
import dev.countersign.policy.EntityKey;
import dev.countersign.policy.store.EntityStore;
import java.util.Optional;

/// Shows what the tenant knows of subjects and resources.
public final class ShowEntities {
  private final TenantTransactions transactions;
  private final EntityStore entities;

  public ShowEntities(TenantTransactions transactions, EntityStore entities) {
    this.transactions = transactions;
    this.entities = entities;
  }

  public JsonObject one(Principal principal, EntityKey key) {
    return transactions
        .run(principal, Rules.READ, transaction -> entities.find(transaction, key))
        .map(Entity::json)
        .orElseThrow(() -> new Refusal.NotFound("entity", key.path()));
  }

  /// Those of a type in the order of their ids, because an entity has no one time.
  ///
  /// @param after the id that the page before ended with
  public JsonObject list(Principal principal, String type, int limit, Optional<String> after) {
    var found =
        transactions.run(
            principal,
            Rules.READ,
            transaction -> entities.page(transaction, type, after.orElse(""), limit + 1));
    var shown = found.subList(0, Math.min(limit, found.size()));
    var answer =
        Json.object().put("entities", Json.array(shown.stream().map(Entity::json).toList()));
    if (found.size() > limit) {
      answer.put("next_cursor", shown.getLast().id());
    }
    return answer.build();
  }
}
