package dev.countersign.server.wiring;

import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.ledger.usecase.EntryScan;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.policy.StarterSet;
import dev.countersign.policy.cel.CelConditions;
import dev.countersign.policy.store.EntityCache;
import dev.countersign.policy.store.EntityStore;
import dev.countersign.policy.store.PolicySnapshots;
import dev.countersign.policy.store.PolicyStore;
import dev.countersign.policy.usecase.CountViolations;
import dev.countersign.policy.usecase.ExportDecisions;
import dev.countersign.policy.usecase.PutEntity;
import dev.countersign.policy.usecase.RegisterModel;
import dev.countersign.policy.usecase.RegisterOperation;
import dev.countersign.policy.usecase.RemoveEntity;
import dev.countersign.policy.usecase.SearchAccess;
import dev.countersign.policy.usecase.SeedPolicies;
import dev.countersign.policy.usecase.ShowDecisions;
import dev.countersign.policy.usecase.ShowEntities;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/// Policies, and what they read.
@Dependent
final class PolicyRoom {

  @Produces
  @Singleton
  PolicyStore store() {
    return new PolicyStore();
  }

  @Produces
  @Singleton
  PolicySnapshots snapshots(PolicyStore store) {
    return new PolicySnapshots(store, new CelConditions());
  }

  @Produces
  @Singleton
  EntityStore entities() {
    return new EntityStore();
  }

  @Produces
  @Singleton
  EntityCache entityCache(EntityStore store) {
    return new EntityCache(store);
  }

  @Produces
  @Singleton
  SeedPolicies seed(PolicyStore store, Clock clock) {
    return new SeedPolicies(store, StarterSet.read(), clock);
  }

  @Produces
  @Singleton
  ShowDecisions decisions(EntryScan scan) {
    return new ShowDecisions(scan, ShowDecisions.Bounds.USUAL);
  }

  @Produces
  @Singleton
  ExportDecisions decisionExport(Ledger ledger, EntryScan scan) {
    return new ExportDecisions(ledger, scan);
  }

  @Produces
  @Singleton
  CountViolations violations(EntryScan scan, Clock clock) {
    return new CountViolations(scan, EntryScan.Budget.ANSWER, clock);
  }

  @Produces
  @Singleton
  RegisterModel model(PolicyStore store) {
    return new RegisterModel(store);
  }

  @Produces
  @Singleton
  RegisterOperation operation(PolicyStore store) {
    return new RegisterOperation(store);
  }

  @Produces
  @Singleton
  PutEntity put(Ledger ledger, EntityStore store) {
    return new PutEntity(ledger, store);
  }

  @Produces
  @Singleton
  RemoveEntity remove(Ledger ledger, EntityStore store) {
    return new RemoveEntity(ledger, store);
  }

  @Produces
  @Singleton
  ShowEntities show(TenantTransactions transactions, EntityStore store) {
    return new ShowEntities(transactions, store);
  }

  @Produces
  @Singleton
  SearchAccess search(Ledger ledger, PolicySnapshots snapshots, EntityStore store) {
    return new SearchAccess(ledger, snapshots, store);
  }
}
