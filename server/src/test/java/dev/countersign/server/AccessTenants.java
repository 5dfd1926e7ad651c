package dev.countersign.server;

import dev.countersign.identity.Roles;
import dev.countersign.identity.Tenant;
import dev.countersign.identity.usecase.CreateTenant;
import dev.countersign.identity.usecase.IssueKey;
import dev.countersign.kernel.Call;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.Generation.Counter;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.policy.Entity;
import dev.countersign.policy.PolicyProblem;
import dev.countersign.policy.PolicySetJson;
import dev.countersign.policy.cel.CelConditions;
import dev.countersign.policy.lifecycle.VersionState;
import dev.countersign.policy.store.EntityStore;
import dev.countersign.policy.store.PolicyVersions;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;

/// Makes tenants with policies and keys of their own, without limits, for questions of enforcement
/// points.
@Singleton
class AccessTenants {
  private final CreateTenant create;
  private final TenantTransactions transactions;
  private final PolicyVersions policies;
  private final EntityStore entities;
  private final Ids ids;

  AccessTenants(
      CreateTenant create,
      TenantTransactions transactions,
      PolicyVersions policies,
      EntityStore entities,
      Ids ids) {
    this.create = create;
    this.transactions = transactions;
    this.policies = policies;
    this.entities = entities;
    this.ids = ids;
  }

  /// @param pep asks; `admin` says what is known; `auditor` reads the log; `agent` asks for himself
  /// @param reviewers decide; the second may also ask for himself
  record AccessTenant(
      TenantId id,
      String pep,
      String admin,
      String auditor,
      String agent,
      List<String> reviewers) {}

  AccessTenant create() {
    var id = new TenantId(ids.next());
    var slug = "access-" + id.value().toString().substring(24);
    var keys =
        List.of(
            key(Roles.ENFORCEMENT_POINT),
            key(Roles.TENANT_ADMIN),
            key(Roles.AUDITOR),
            key(Roles.AGENT),
            key(Roles.REVIEWER),
            key(Roles.REVIEWER, Roles.AGENT));
    var answer =
        create
            .in(
                Call.system(id, "test", "0".repeat(31) + "1"),
                new Tenant(id, slug, slug, Tenant.Profile.STANDARD),
                keys)
            .answer();
    var issued =
        answer.items("keys").stream()
            .map(key -> ((JsonObject) key).text("key").orElseThrow())
            .toList();
    return new AccessTenant(
        id,
        issued.get(0),
        issued.get(1),
        issued.get(2),
        issued.get(3),
        List.of(issued.get(4), issued.get(5)));
  }

  /// Puts a set into force; it must be one that could be.
  void activate(AccessTenant tenant, int version, String set) {
    var read = PolicySetJson.read(JsonReader.read(set, JsonReader.DEFAULT_DEPTH));
    var problems = PolicyProblem.in(read, new CelConditions());
    if (!problems.isEmpty()) {
      throw new AssertionError(problems.toString());
    }
    transactions.run(
        tenant.id(),
        Rules.CHANGE,
        transaction -> {
          var content = new PolicyVersions.Content(read, JsonObject.EMPTY);
          policies.add(transaction, version, content, "test", Instant.EPOCH);
          var added = policies.read(transaction, version).orElseThrow();
          policies.move(transaction, added, VersionState.VALIDATED, "test", Instant.EPOCH);
          var valid = policies.read(transaction, version).orElseThrow();
          policies.activate(transaction, valid, "test", Instant.EPOCH);
          transaction.raise(Counter.POLICIES);
          return version;
        });
  }

  void store(AccessTenant tenant, List<Entity> all) {
    transactions.run(
        tenant.id(),
        Rules.CHANGE,
        transaction -> {
          all.forEach(entity -> entities.put(transaction, entity));
          transaction.raise(Counter.POLICIES);
          return all.size();
        });
  }

  private static IssueKey.Request key(String... roles) {
    return new IssueKey.Request(
        String.join("_", roles), new TreeSet<>(List.of(roles)), Principal.DEFAULT_SITE, false);
  }
}
