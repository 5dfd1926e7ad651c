package dev.countersign.policy.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.policy.lifecycle.PendingChange;
import dev.countersign.policy.lifecycle.PendingChange.Decided;
import dev.countersign.policy.lifecycle.PendingChange.State;
import dev.countersign.policy.lifecycle.Proposed;
import dev.countersign.policy.lifecycle.SetReport;
import dev.countersign.policy.store.PendingChanges;
import dev.countersign.policy.store.PolicyStore;
import dev.countersign.policy.store.PolicyVersions;
import java.util.Optional;
import java.util.UUID;

/// A second person puts a change into force that may be wider, or ends it.
///
/// The second person is neither who requested the change nor, for an activation, who drafted the
/// version. Who requested it may end it, which withdraws it.
public final class ConfirmChange {
  private final Ledger ledger;
  private final TenantTransactions transactions;
  private final PolicyVersions versions;
  private final PendingChanges changes;
  private final ValidatePolicySet validate;
  private final ChangeInForce change;

  public ConfirmChange(
      Ledger ledger,
      TenantTransactions transactions,
      PolicyStore store,
      PolicyVersions versions,
      PendingChanges changes,
      ValidatePolicySet validate) {
    this.ledger = ledger;
    this.transactions = transactions;
    this.versions = versions;
    this.changes = changes;
    this.validate = validate;
    this.change = new ChangeInForce(store, versions, changes);
  }

  /// Confirms a change by its id; the answer is the change.
  public Recorded confirm(Call call, UUID id) {
    var found = read(call, id);
    var report =
        found.flatMap(ConfirmChange::waiting).map(version -> validate.reportReady(call, version));
    var entry = found.map(pending -> ChangeInForce.applied(pending.proposed()));
    return ledger.transact(
        call,
        attempt(id, entry.orElse("policy.activated")),
        Rules.CHANGE,
        transaction -> confirm(transaction, id, report));
  }

  /// Confirms the activation of a version; the answer is the change.
  public Recorded confirmVersion(Call call, int version) {
    var report = validate.reportReady(call, version);
    return ledger.transact(
        call,
        new Attempt("policy.activated", "policy_set", Integer.toString(version)),
        Rules.CHANGE,
        transaction -> confirm(transaction, ofVersion(transaction, version), Optional.of(report)));
  }

  /// Ends a change by its id; the answer is the change, rejected or withdrawn.
  public Recorded reject(Call call, UUID id) {
    var entry = read(call, id).map(pending -> ChangeInForce.entry(pending.proposed(), "rejected"));
    return ledger.transact(
        call,
        attempt(id, entry.orElse("policy.activation_rejected")),
        Rules.APPLY,
        transaction -> reject(transaction, id));
  }

  /// Ends the activation of a version that waits; the answer is the change.
  public Recorded rejectVersion(Call call, int version) {
    return ledger.transact(
        call,
        new Attempt("policy.activation_rejected", "policy_set", Integer.toString(version)),
        Rules.APPLY,
        transaction -> reject(transaction, ofVersion(transaction, version)));
  }

  private UUID ofVersion(LedgerTransaction transaction, int version) {
    if (versions.read(transaction.tenant(), version).isEmpty()) {
      throw ValidatePolicySet.notFound(version);
    }
    return changes
        .ofVersion(transaction.tenant(), version)
        .map(PendingChange::id)
        .orElseThrow(() ->
            new Refusal.Conflict(
                "not_requested",
                "no activation of version " + version + " waits: request it first"));
  }

  private static Attempt attempt(UUID id, String entry) {
    return new Attempt(entry, "policy_change", id.toString(), Optional.of(id));
  }

  private Optional<PendingChange> read(Call call, UUID id) {
    return transactions.run(
        call.principal(), Rules.READ, transaction -> changes.read(transaction, id));
  }

  /// The version that a change would put into force, if it still waits.
  private static Optional<Integer> waiting(PendingChange pending) {
    return pending.state() == State.PENDING
            && pending.proposed() instanceof Proposed.Activation(int version)
        ? Optional.of(version)
        : Optional.empty();
  }

  private JsonObject confirm(LedgerTransaction transaction, UUID id, Optional<SetReport> report) {
    var tenant = transaction.tenant();
    var pending = changes.lock(tenant, id).orElseThrow(() -> notFound(id));
    requireSecondPerson(transaction, pending);
    requirePending(pending);
    if (pending.expired(transaction.now())) {
      throw new Refusal.Conflict(
          "change_expired",
          "nobody confirmed this change until `" + pending.expiresAt() + "`: request it again");
    }
    int active = change.activeVersion(tenant);
    if (!pending.standsOn(active, tenant.generation().policies())) {
      throw new Refusal.Conflict(
          "base_moved",
          "policies, values or the registry changed since this was requested on version %d (now %d): what it widens was judged against that; request it again"
              .formatted(pending.baseVersion(), active));
    }
    if (pending.proposed() instanceof Proposed.Activation(int version)) {
      ChangeInForce.requireActivatable(versions.lock(tenant, version).orElseThrow());
      ActivatePolicySet.requireSound(version, report.orElseThrow());
    }
    change.confirm(transaction, pending);
    return view(transaction, id);
  }

  private JsonObject reject(LedgerTransaction transaction, UUID id) {
    var tenant = transaction.tenant();
    var pending = changes.lock(tenant, id).orElseThrow(() -> notFound(id));
    requirePending(pending);
    var actor = transaction.principal().actor();
    boolean own = pending.requestedBy().equals(actor);
    changes.decide(
        tenant,
        pending,
        own ? State.WITHDRAWN : State.REJECTED,
        new Decided(actor, transaction.now()));
    transaction.record(
        ChangeInForce.entry(pending.proposed(), own ? "withdrawn" : "rejected"),
        "policy_change",
        id.toString(),
        id,
        ChangeInForce.details(pending.proposed())
            .put("requested_by", pending.requestedBy())
            .build());
    return view(transaction, id);
  }

  private void requireSecondPerson(LedgerTransaction transaction, PendingChange pending) {
    var actor = transaction.principal().actor();
    boolean drafted =
        pending.proposed() instanceof Proposed.Activation(int version)
            && versions
                .read(transaction.tenant(), version)
                .filter(found -> found.draftedBy().equals(actor))
                .isPresent();
    if (drafted || pending.requestedBy().equals(actor)) {
      throw new Refusal.Forbidden(
          "second_person_needed",
          "who drafted or requested a change does not confirm it: it takes another person");
    }
  }

  private static void requirePending(PendingChange pending) {
    if (pending.state() != State.PENDING) {
      throw new Refusal.Conflict(
          "change_decided", "this change is `" + pending.state().word() + "` already");
    }
  }

  private JsonObject view(LedgerTransaction transaction, UUID id) {
    return Json.object()
        .put(
            "change",
            ChangeView.of(changes.read(transaction.tenant(), id).orElseThrow(), transaction.now()))
        .build();
  }

  private static Refusal.NotFound notFound(UUID id) {
    return new Refusal.NotFound("policy_change", id.toString());
  }
}
