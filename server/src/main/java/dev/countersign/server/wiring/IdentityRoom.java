package dev.countersign.server.wiring;

import dev.countersign.identity.Pepper;
import dev.countersign.identity.RateLimits;
import dev.countersign.identity.Tenant;
import dev.countersign.identity.usecase.Authenticate;
import dev.countersign.identity.usecase.CreateTenant;
import dev.countersign.identity.usecase.IssueKey;
import dev.countersign.identity.usecase.ListKeys;
import dev.countersign.identity.usecase.RevokeKey;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.policy.usecase.SeedPolicies;
import dev.countersign.server.database.Databases;
import dev.countersign.trust.Profile;
import dev.countersign.trust.Promotion;
import dev.countersign.trust.usecase.TrustScopes;
import io.github.bucket4j.TimeMeter;
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
  Authenticate authenticate(Databases databases, Pepper pepper, Clock clock) {
    return new Authenticate(databases.app(), pepper, clock);
  }

  @Produces
  @Singleton
  RateLimits limits() {
    return new RateLimits(TimeMeter.SYSTEM_NANOTIME);
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
  ListKeys list(TenantTransactions transactions, Clock clock) {
    return new ListKeys(transactions, clock);
  }

  @Produces
  @Singleton
  CreateTenant create(Ledger ledger, IssueKey keys, SeedPolicies policies, TrustScopes scopes) {
    CreateTenant.Seed startWithPolicies = (transaction, _) -> policies.in(transaction);
    CreateTenant.Seed startWithoutTrust =
        (transaction, tenant) -> {
          boolean demo = tenant.profile() == Tenant.Profile.DEMO;
          scopes.seed(
              transaction,
              demo ? Profile.DEMO : Profile.STANDARD,
              demo ? Promotion.AUTOMATIC : Promotion.SIGNED);
        };
    return new CreateTenant(ledger, keys, List.of(startWithPolicies, startWithoutTrust));
  }
}
