package dev.countersign.server.wiring;

import dev.countersign.policy.StarterSet;
import dev.countersign.policy.cel.CelConditions;
import dev.countersign.policy.store.PolicySnapshots;
import dev.countersign.policy.store.PolicyStore;
import dev.countersign.policy.store.PolicyVersions;
import dev.countersign.policy.usecase.RegisterModel;
import dev.countersign.policy.usecase.RegisterOperation;
import dev.countersign.policy.usecase.SeedPolicies;
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
  PolicyVersions versions() {
    return new PolicyVersions();
  }

  @Produces
  @Singleton
  PolicySnapshots snapshots(PolicyStore store) {
    return new PolicySnapshots(store, new CelConditions());
  }

  @Produces
  @Singleton
  SeedPolicies seed(PolicyVersions versions, Clock clock) {
    return new SeedPolicies(versions, StarterSet.read(), clock);
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
}
