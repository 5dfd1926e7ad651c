package dev.countersign.policy.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.policy.Declaration;
import dev.countersign.policy.Model;
import dev.countersign.policy.RegistryJson;
import dev.countersign.policy.store.RegistryStore;
import java.util.List;
import java.util.function.Function;

/// Shows a tenant's registry, each list in the order of its names.
public final class ShowRegistry {
  private final TenantTransactions transactions;
  private final RegistryStore registry;

  public ShowRegistry(TenantTransactions transactions, RegistryStore registry) {
    this.transactions = transactions;
    this.registry = registry;
  }

  /// @param after only what follows this name; empty for the first page
  public JsonObject models(Principal principal, int limit, String after) {
    return page(
        principal,
        "models",
        limit,
        transaction -> registry.models(transaction, after, limit + 1),
        RegistryJson::write,
        Model::name);
  }

  public JsonObject operations(Principal principal, int limit, String after) {
    return page(
        principal,
        "operations",
        limit,
        transaction -> registry.operations(transaction, after, limit + 1),
        name -> Json.object().put("name", name).build(),
        Function.identity());
  }

  public JsonObject declarations(Principal principal, int limit, String after) {
    return page(
        principal,
        "declarations",
        limit,
        transaction -> registry.declarations(transaction, after, limit + 1),
        RegistryJson::write,
        Declaration::key);
  }

  private <T> JsonObject page(
      Principal principal,
      String name,
      int limit,
      Function<TenantTransaction, List<T>> read,
      Function<T, JsonObject> view,
      Function<T, String> cursor) {
    return transactions.run(
        principal,
        Rules.READ,
        transaction -> {
          var found = read.apply(transaction);
          var shown = found.subList(0, Math.min(limit, found.size()));
          var page = Json.object().put(name, Json.array(shown.stream().map(view).toList()));
          if (found.size() > limit) {
            page.put("next_cursor", cursor.apply(shown.getLast()));
          }
          return page.build();
        });
  }
}
