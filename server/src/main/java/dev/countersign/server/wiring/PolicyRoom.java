package dev.countersign.server.wiring;

import dev.countersign.kernel.Ids;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.ledger.usecase.EntryScan;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.policy.Conditions;
import dev.countersign.policy.StarterSet;
import dev.countersign.policy.cel.CelConditions;
import dev.countersign.policy.store.EntityCache;
import dev.countersign.policy.store.EntityStore;
import dev.countersign.policy.store.PendingChanges;
import dev.countersign.policy.store.PolicySnapshots;
import dev.countersign.policy.store.PolicyStore;
import dev.countersign.policy.store.PolicyVersions;
import dev.countersign.policy.store.RegistryStore;
import dev.countersign.policy.store.Simulations;
import dev.countersign.policy.usecase.ActivatePolicySet;
import dev.countersign.policy.usecase.AddPolicies;
import dev.countersign.policy.usecase.ChangeSettings;
import dev.countersign.policy.usecase.ConfirmChange;
import dev.countersign.policy.usecase.CountViolations;
import dev.countersign.policy.usecase.DiscardDraft;
import dev.countersign.policy.usecase.DraftPolicySet;
import dev.countersign.policy.usecase.ExplainDecision;
import dev.countersign.policy.usecase.ExportDecisions;
import dev.countersign.policy.usecase.MaintainRegistry;
import dev.countersign.policy.usecase.PutEntity;
import dev.countersign.policy.usecase.RegisterModel;
import dev.countersign.policy.usecase.RegisterOperation;
import dev.countersign.policy.usecase.RemoveEntity;
import dev.countersign.policy.usecase.RunSimulation;
import dev.countersign.policy.usecase.SearchAccess;
import dev.countersign.policy.usecase.SeedPolicies;
import dev.countersign.policy.usecase.ShowDecisions;
import dev.countersign.policy.usecase.ShowEntities;
import dev.countersign.policy.usecase.ShowPolicies;
import dev.countersign.policy.usecase.ShowPolicySets;
import dev.countersign.policy.usecase.ShowRegistry;
import dev.countersign.policy.usecase.ShowSimulations;
import dev.countersign.policy.usecase.SimulationRunner;
import dev.countersign.policy.usecase.StartSimulation;
import dev.countersign.policy.usecase.SwitchPolicy;
import dev.countersign.policy.usecase.ValidatePolicySet;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import org.jboss.logging.Logger;

/// Policies, and what they read.
@Dependent
final class PolicyRoom {
  private static final Logger LOG = Logger.getLogger(PolicyRoom.class);

  @Produces
  @Singleton
  PolicyStore store() {
    return new PolicyStore();
  }

  @Produces
  @Singleton
  PolicyVersions versions() {
    return new PolicyVersions();
  }

  @Produces
  @Singleton
  EntityStore entities() {
    return new EntityStore();
  }

  @Produces
  @Singleton
  PendingChanges changes() {
    return new PendingChanges();
  }

  @Produces
  @Singleton
  EntityCache entityCache(EntityStore store) {
    return new EntityCache(store);
  }

  @Produces
  @Singleton
  RegistryStore registry() {
    return new RegistryStore();
  }

  @Produces
  @Singleton
  Conditions conditions() {
    return new CelConditions();
  }

  @Produces
  @Singleton
  PolicySnapshots snapshots(PolicyStore store, Conditions conditions) {
    return new PolicySnapshots(store, conditions);
  }

  @Produces
  @Singleton
  SeedPolicies seed(PolicyVersions versions, Clock clock) {
    return new SeedPolicies(versions, StarterSet.read(), clock);
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
  RunSimulation simulationWork(
      Ledger ledger,
      TenantTransactions transactions,
      EntryScan scan,
      PolicyStore store,
      PolicyVersions versions,
      Clock clock,
      Ids ids) {
    return new RunSimulation(
        ledger,
        transactions,
        scan,
        store,
        versions,
        new Simulations(),
        new CelConditions(),
        clock,
        ids);
  }

  @Produces
  @Singleton
  SimulationRunner simulationRunner(RunSimulation work) {
    return new SimulationRunner(
        work, failure -> LOG.warnf(failure, "a simulation did not come to its end"));
  }

  @Produces
  @Singleton
  StartSimulation simulation(Ledger ledger, PolicyVersions versions, SimulationRunner runner) {
    return new StartSimulation(ledger, versions, new Simulations(), runner);
  }

  @Produces
  @Singleton
  ShowSimulations simulations(
      TenantTransactions transactions, PolicyVersions versions, Clock clock) {
    return new ShowSimulations(transactions, versions, new Simulations(), clock);
  }

  @Produces
  @Singleton
  ExplainDecision explain(
      EntryScan scan, TenantTransactions transactions, PolicySnapshots snapshots) {
    return new ExplainDecision(scan, transactions, snapshots);
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
  DraftPolicySet draft(Ledger ledger, PolicyVersions versions) {
    return new DraftPolicySet(ledger, versions);
  }

  @Produces
  @Singleton
  RemoveEntity remove(Ledger ledger, EntityStore store) {
    return new RemoveEntity(ledger, store);
  }

  @Produces
  @Singleton
  ValidatePolicySet validate(
      Ledger ledger,
      TenantTransactions transactions,
      PolicyStore store,
      PolicyVersions versions,
      PolicySnapshots snapshots,
      Conditions conditions) {
    return new ValidatePolicySet(ledger, transactions, store, versions, snapshots, conditions);
  }

  @Produces
  @Singleton
  ShowEntities show(TenantTransactions transactions, EntityStore store) {
    return new ShowEntities(transactions, store);
  }

  @Produces
  @Singleton
  ActivatePolicySet activate(
      Ledger ledger,
      PolicyStore store,
      PolicyVersions versions,
      PendingChanges changes,
      ValidatePolicySet validate) {
    return new ActivatePolicySet(ledger, store, versions, changes, validate);
  }

  @Produces
  @Singleton
  SearchAccess search(Ledger ledger, PolicySnapshots snapshots, EntityStore store) {
    return new SearchAccess(ledger, snapshots, store);
  }

  @Produces
  @Singleton
  ConfirmChange confirm(
      Ledger ledger,
      TenantTransactions transactions,
      PolicyStore store,
      PolicyVersions versions,
      PendingChanges changes,
      ValidatePolicySet validate) {
    return new ConfirmChange(ledger, transactions, store, versions, changes, validate);
  }

  @Produces
  @Singleton
  DiscardDraft discard(Ledger ledger, PolicyVersions versions, PendingChanges changes) {
    return new DiscardDraft(ledger, versions, changes);
  }

  @Produces
  @Singleton
  ChangeSettings settings(
      Ledger ledger, PolicyStore store, PolicyVersions versions, PendingChanges changes) {
    return new ChangeSettings(ledger, store, versions, changes);
  }

  @Produces
  @Singleton
  SwitchPolicy turn(
      Ledger ledger,
      TenantTransactions transactions,
      PolicyStore store,
      PolicyVersions versions,
      PendingChanges changes,
      Conditions conditions) {
    return new SwitchPolicy(ledger, transactions, store, versions, changes, conditions);
  }

  @Produces
  @Singleton
  AddPolicies add(
      PolicyStore store, PolicyVersions versions, PendingChanges changes, Conditions conditions) {
    return new AddPolicies(store, versions, changes, conditions);
  }

  @Produces
  @Singleton
  ShowPolicySets policySets(
      TenantTransactions transactions,
      PolicyVersions versions,
      PendingChanges changes,
      Clock clock) {
    return new ShowPolicySets(transactions, versions, changes, clock);
  }

  @Produces
  @Singleton
  ShowPolicies policies(
      TenantTransactions transactions, PolicyStore store, CountViolations counts) {
    return new ShowPolicies(transactions, store, counts);
  }

  @Produces
  @Singleton
  MaintainRegistry maintain(Ledger ledger, PolicyStore store, RegistryStore registry) {
    return new MaintainRegistry(ledger, store, registry);
  }

  @Produces
  @Singleton
  ShowRegistry showRegistry(TenantTransactions transactions, RegistryStore registry) {
    return new ShowRegistry(transactions, registry);
  }
}
