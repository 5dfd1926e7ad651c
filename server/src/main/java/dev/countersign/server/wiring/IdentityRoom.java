package dev.countersign.server.wiring;

import dev.countersign.identity.FailedAttempts;
import dev.countersign.identity.KeyUsage;
import dev.countersign.identity.Pepper;
import dev.countersign.identity.Tenant;
import dev.countersign.identity.TenantLimits;
import dev.countersign.identity.store.FailedAttemptStore;
import dev.countersign.identity.store.InstallationStore;
import dev.countersign.identity.store.KeyUsageStore;
import dev.countersign.identity.usecase.Authenticate;
import dev.countersign.identity.usecase.ChangeLimits;
import dev.countersign.identity.usecase.CreateTenant;
import dev.countersign.identity.usecase.Installation;
import dev.countersign.identity.usecase.IssueKey;
import dev.countersign.identity.usecase.ListKeys;
import dev.countersign.identity.usecase.RecordFailedAttempts;
import dev.countersign.identity.usecase.RecordKeyUsage;
import dev.countersign.identity.usecase.RevokeKey;
import dev.countersign.identity.usecase.RotateKey;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.policy.usecase.SeedPolicies;
import dev.countersign.server.database.Databases;
import dev.countersign.trust.Profile;
import dev.countersign.trust.Setting;
import dev.countersign.trust.usecase.TrustScopes;
import dev.countersign.workflow.usecase.SetAutonomy;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;

/// Identity, and what the other rooms lay down for a new tenant.
@Dependent
final class IdentityRoom {

  @Produces
  @Singleton
  Authenticate authenticate(Databases databases, Pepper pepper, TenantLimits usual, Clock clock) {
    return new Authenticate(databases.app(), pepper, usual.limit().orElseThrow(), clock);
  }

  @Produces
  @Singleton
  KeyUsage usage() {
    return new KeyUsage();
  }

  @Produces
  @Singleton
  RecordKeyUsage recordUsage(KeyUsage usage, Databases databases) {
    return new RecordKeyUsage(usage, new KeyUsageStore(databases.job(DatabaseRole.BATCH)));
  }

  @Produces
  @Singleton
  FailedAttempts failedAttempts() {
    return new FailedAttempts();
  }

  @Produces
  @Singleton
  RecordFailedAttempts recordFailures(
      FailedAttempts attempts, Databases databases, Ledger ledger, Ids ids) {
    var store = new FailedAttemptStore(databases.job(DatabaseRole.BATCH));
    return new RecordFailedAttempts(attempts, store, ledger, ids);
  }

  @Produces
  @Singleton
  Installation installation(InstallationStore store, CreateTenant create, IssueKey issue) {
    return new Installation(store, create, issue);
  }

  @Produces
  @Singleton
  IssueKey issue(Ledger ledger, Pepper pepper, Ids ids) {
    return new IssueKey(ledger, pepper, ids);
  }

  @Produces
  @Singleton
  RevokeKey revoke(Ledger ledger) {
    return new RevokeKey(ledger);
  }

  @Produces
  @Singleton
  RotateKey rotate(Ledger ledger, Pepper pepper, Ids ids) {
    return new RotateKey(ledger, pepper, ids);
  }

  @Produces
  @Singleton
  ChangeLimits changeLimits(Ledger ledger, TenantTransactions transactions, TenantLimits usual) {
    return new ChangeLimits(ledger, transactions, usual);
  }

  @Produces
  @Singleton
  ListKeys list(TenantTransactions transactions, Clock clock) {
    return new ListKeys(transactions, clock);
  }

  @Produces
  @Singleton
  CreateTenant create(
      Ledger ledger,
      IssueKey keys,
      SeedPolicies policies,
      TrustScopes scopes,
      SetAutonomy autonomy,
      Clock clock) {
    CreateTenant.Seed startWithPolicies = (transaction, _) -> policies.in(transaction);
    CreateTenant.Seed startWithoutTrust =
        (transaction, tenant) -> {
          boolean demo = tenant.profile() == Tenant.Profile.DEMO;
          scopes.set(transaction, Setting.beginning(demo ? Profile.DEMO : Profile.STANDARD));
        };
    // A presentation shall move; elsewhere an administrator says how far software goes by itself.
    CreateTenant.Seed demoMayAutomate =
        (transaction, tenant) -> {
          if (tenant.profile() == Tenant.Profile.DEMO) {
            autonomy.seed(transaction, SetAutonomy.WHOLE, clock.instant());
          }
        };
    return new CreateTenant(
        ledger, keys, List.of(startWithPolicies, startWithoutTrust, demoMayAutomate));
  }
}
