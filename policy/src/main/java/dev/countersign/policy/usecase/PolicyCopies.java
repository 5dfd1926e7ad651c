package dev.countersign.policy.usecase;

import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Refusal;
import dev.countersign.ledger.Entry;
import dev.countersign.ledger.usecase.ErasedCopies;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.policy.EntityKey;
import dev.countersign.policy.store.EntityStore;
import dev.countersign.policy.store.Simulations;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// What simulations repeat of decisions, and what stands in force of an entity.
///
/// An entity is what decisions are made by, so it is not erased behind their back: who wants its
/// entry erased removes or replaces it first.
public final class PolicyCopies implements ErasedCopies {
  private final Simulations simulations;
  private final EntityStore entities;

  public PolicyCopies(Simulations simulations, EntityStore entities) {
    this.simulations = simulations;
    this.entities = entities;
  }

  @Override
  public SortedSet<String> columns() {
    return Collections.unmodifiableSortedSet(
        new TreeSet<>(
            List.of(
                "policy.entity.id",
                "policy.entity.properties",
                "policy.entity.type",
                "policy.simulation_flip.answer_now",
                "policy.simulation_flip.answer_then",
                "policy.simulation_flip.policies")));
  }

  @Override
  public void erase(LedgerTransaction transaction, Entry entry) {
    switch (entry.action()) {
      case "decision.made" ->
          entry
              .details()
              .text("decision_id")
              .flatMap(Ids::parse)
              .ifPresent(id -> simulations.forget(transaction.tenant(), id));
      case "entity.put" -> refuseInForce(transaction, entry);
      default -> {
        // No other entry's content stands in this room but as what is in force.
      }
    }
  }

  private void refuseInForce(LedgerTransaction transaction, Entry entry) {
    var details = entry.details();
    var key =
        details.text("type").flatMap(type -> details.text("id").map(id -> new EntityKey(type, id)));
    var inForce = key.flatMap(wanted -> entities.find(transaction.tenant(), wanted));
    if (inForce.filter(entity -> entity.json().equals(details)).isPresent()) {
      throw new Refusal.Conflict(
          "in_force",
          "entity `%s` is in force as this entry says; remove or replace it first"
              .formatted(entry.resourceId()));
    }
  }
}
