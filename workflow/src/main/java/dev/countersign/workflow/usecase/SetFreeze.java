package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.Generation.Counter;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.workflow.Freeze;
import dev.countersign.workflow.store.DefinitionStore;
import dev.countersign.workflow.store.FreezeStore;
import java.util.Optional;

/// A person stops everything in a scope, at once: once this is answered, nothing in it is committed
/// any more, on any node, whatever was approved or earned.
public final class SetFreeze {
  private static final int LONGEST_VALUE = 100;
  private static final int LONGEST_REASON = 500;

  private final Ledger ledger;
  private final DefinitionStore definitions = new DefinitionStore();
  private final FreezeStore freezes = new FreezeStore();

  public SetFreeze(Ledger ledger) {
    this.ledger = ledger;
  }

  /// @param value the site, queue or action type; [Freeze#WHOLE_TENANT] for the tenant
  /// @param ahead whether no workflow may know that queue or action yet
  public record Request(Freeze.Scope scope, String value, String reason, boolean ahead) {}

  /// Reads `{scope, value?, reason, ahead?}`; throws `Refusal.Invalid` with every problem.
  public static Request parse(Json body) {
    var fields = Fields.of(body);
    var scope = Freeze.Scope.read(fields.word("scope", "tenant", "site", "queue", "action"));
    var value = fields.optionalString("value", 1, LONGEST_VALUE);
    if (scope == Freeze.Scope.TENANT) {
      if (value.filter(given -> !given.equals(Freeze.WHOLE_TENANT)).isPresent()) {
        fields.problem("value", "wrong_value", "is not needed to freeze the whole tenant");
      }
    } else if (value.isEmpty()) {
      fields.problem("value", "missing", "is required for this scope");
    }
    var reason = fields.string("reason", 1, LONGEST_REASON);
    var ahead = fields.optionalTruth("ahead").orElse(false);
    fields.done();
    return new Request(scope, value.orElse(Freeze.WHOLE_TENANT), reason, ahead);
  }

  /// Reads `{reason}` of a freeze of everything everywhere.
  public static Request parseEverywhere(Json body) {
    var fields = Fields.of(body);
    var reason = fields.string("reason", 1, LONGEST_REASON);
    fields.done();
    return new Request(Freeze.Scope.GLOBAL, Freeze.WHOLE_TENANT, reason, false);
  }

  /// The answer is the freeze. One of everything everywhere waits for the answers of all tenants
  /// that are being committed; once it is answered, nothing runs anywhere.
  public Recorded set(Call call, Request request) {
    return ledger.transact(
        call,
        new Attempt("freeze.set", "freeze", request.scope().word() + "/" + request.value()),
        rules(request.scope()),
        transaction -> set(transaction, request));
  }

  static Rules rules(Freeze.Scope scope) {
    return scope == Freeze.Scope.GLOBAL ? Rules.CHANGE_EVERYWHERE : Rules.CHANGE;
  }

  /// Says that what is frozen changed.
  static void raise(LedgerTransaction transaction, Freeze.Scope scope) {
    if (scope == Freeze.Scope.GLOBAL) {
      transaction.tenant().raiseEverywhere();
    } else {
      transaction.tenant().raise(Counter.GATES);
    }
  }

  /// Who mistypes a name in an emergency would believe that he stopped something. Sites are
  /// nobody's list, so any is accepted.
  private void refuseUnknown(LedgerTransaction transaction, Request request) {
    var tenant = transaction.tenant();
    boolean known =
        switch (request.scope()) {
          case QUEUE -> definitions.hasQueue(tenant, request.value());
          case ACTION -> definitions.hasTransition(tenant, request.value());
          case GLOBAL, TENANT, SITE -> true;
        };
    if (!known) {
      throw new Refusal.Conflict(
          "unknown_" + request.scope().word(),
          "no workflow has the %s `%s`; to stop it before one does, say so with `ahead`"
              .formatted(request.scope().word(), request.value()));
    }
  }

  private JsonObject set(LedgerTransaction transaction, Request request) {
    if (freezes.active(transaction.tenant()).size() >= FreezeStore.MOST_ACTIVE) {
      throw new Refusal.Conflict(
          "too_many_freezes",
          "at most " + FreezeStore.MOST_ACTIVE + " freezes are in force at once");
    }
    if (!request.ahead()) {
      refuseUnknown(transaction, request);
    }
    var freeze =
        new Freeze(
            transaction.newId(),
            request.scope(),
            request.value(),
            request.reason(),
            transaction.principal().actor(),
            transaction.now(),
            Optional.empty());
    freezes.add(transaction.tenant(), freeze);
    raise(transaction, freeze.scope());
    transaction.record(
        "freeze.set",
        "freeze",
        freeze.id().toString(),
        freeze.id(),
        Json.object()
            .put("scope", freeze.scope().word())
            .put("value", freeze.value())
            .put("reason", freeze.reason())
            .build());
    return freeze.json();
  }
}
