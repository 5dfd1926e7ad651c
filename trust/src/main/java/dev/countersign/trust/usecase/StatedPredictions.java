package dev.countersign.trust.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.trust.predict.features.Predictor;
import dev.countersign.trust.store.ExampleStore;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// What our own models stated of a proposal when it was made, for people to read. Stateless.
public final class StatedPredictions {

  /// What [#erase] empties.
  public static final List<String> COLUMNS = ExampleStore.COLUMNS;

  private final ExampleStore examples = new ExampleStore();

  /// `{decision, outcome}`; empty if nothing was stated, or it was erased.
  public Optional<JsonObject> of(TenantTransaction transaction, UUID proposalId) {
    var stated = Json.object();
    boolean all = true;
    for (var predictor : Predictor.values()) {
      var kept =
          examples
              .kept(transaction, proposalId, predictor)
              .filter(one -> !one.json().members().isEmpty());
      all &= kept.isPresent();
      stated.put(predictor.word(), kept.map(ExampleStore.Kept::json));
    }
    return all ? Optional.of(stated.build()) : Optional.empty();
  }

  /// Empties what was kept of a proposal: it repeats its case.
  public void erase(TenantTransaction transaction, UUID proposalId) {
    examples.erase(transaction, proposalId);
  }
}
