package dev.countersign.identity.usecase;

import dev.countersign.identity.Roles;
import dev.countersign.identity.Tenant;
import dev.countersign.identity.store.InstallationStore;
import dev.countersign.identity.store.TenantStore;
import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.Recorded;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Creates a tenant with all that every room needs of it and its first keys, in one transaction.
public final class CreateTenant {
  private final Ledger ledger;
  private final IssueKey keys;
  private final List<Seed> seeds;

  /// What another room lays down for a new tenant, in the creating transaction.
  @FunctionalInterface
  public interface Seed {
    void in(TenantTransaction transaction, Tenant tenant);
  }

  public CreateTenant(Ledger ledger, IssueKey keys, List<Seed> seeds) {
    this.ledger = ledger;
    this.keys = keys;
    this.seeds = List.copyOf(seeds);
  }

  /// Creates `tenant` with one key for each request; the answer's `keys` are in their order.
  ///
  /// The transaction belongs to the new tenant, so its log begins with its creation. Throws
  /// [Refusal.Conflict] if the slug is taken.
  public Recorded in(Call call, Tenant tenant, List<IssueKey.Request> first) {
    var attempt = new Attempt("tenant.created", "tenant", tenant.slug());
    try {
      return create(inside(call, tenant.id()), attempt, tenant, first, seeds);
    } catch (SlugTaken taken) {
      // The tenant was not created, so the refusal belongs to the caller's own log.
      ledger.refused(call, attempt, "slug_taken");
      throw new Refusal.Conflict("slug_taken", "there is a tenant `" + tenant.slug() + "` already");
    }
  }

  /// Creates the platform's own tenant; empty if there is one.
  Optional<Recorded> platform(Call call, Tenant tenant, List<IssueKey.Request> first) {
    var attempt = new Attempt("tenant.created", "tenant", tenant.slug());
    var claimed = new ArrayList<Seed>();
    claimed.add((transaction, made) -> {
      if (!InstallationStore.claim(transaction, made.id())) {
        throw new PlatformTaken();
      }
    });
    claimed.addAll(seeds);
    try {
      return Optional.of(create(inside(call, tenant.id()), attempt, tenant, first, claimed));
    } catch (PlatformTaken taken) {
      return Optional.empty();
    }
  }

  private Recorded create(
      Call inside, Attempt attempt, Tenant tenant, List<IssueKey.Request> first, List<Seed> seeds) {
    return ledger.transact(
        inside,
        attempt,
        Rules.CHANGE,
        transaction -> {
          if (!TenantStore.insert(transaction.tenant(), tenant, transaction.now())) {
            throw new SlugTaken();
          }
          seeds.forEach(seed -> seed.in(transaction.tenant(), tenant));
          transaction.record(
              "tenant.created",
              "tenant",
              tenant.id().toString(),
              transaction.newId(),
              Json.object()
                  .put("slug", tenant.slug())
                  .put("profile", tenant.profile().word())
                  .build());
          List<JsonObject> issued =
              first.stream().map(request -> keys.issue(transaction, request)).toList();
          return Json.object()
              .put("tenant_id", tenant.id().toString())
              .put("slug", tenant.slug())
              .put("name", tenant.name())
              .put("profile", tenant.profile().word())
              .put("keys", Json.array(issued))
              .build();
        });
  }

  private static final class PlatformTaken extends RuntimeException {
    private static final long serialVersionUID = 1;

    PlatformTaken() {
      super(null, null, false, false);
    }
  }

  private static final class SlugTaken extends RuntimeException {
    private static final long serialVersionUID = 1;

    SlugTaken() {
      super(null, null, false, false);
    }
  }

  /// The caller's identity with the new tenant's place; the tenant has no credentials counter yet.
  private static Call inside(Call call, TenantId tenant) {
    var who = call.principal();
    return new Call(
        new Principal(tenant, who.kind(), who.id(), who.name(), who.roles(), who.site(), 0),
        call.traceId(),
        call.source(),
        Optional.empty());
  }

  /// The administrator's key that every tenant begins with.
  public static IssueKey.Request administrator() {
    return IssueKey.Request.parse(
        Json.object()
            .put("name", "administrator")
            .put("roles", Json.strings(List.of(Roles.TENANT_ADMIN)))
            .build());
  }
}
