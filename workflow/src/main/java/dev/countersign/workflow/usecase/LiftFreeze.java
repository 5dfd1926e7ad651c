package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.workflow.Freeze;
import dev.countersign.workflow.store.FreezeStore;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/// A person ends a freeze; what waited for it is tried again by the timer.
public final class LiftFreeze {
  private static final int LONGEST_REASON = 500;

  private final Ledger ledger;
  private final FreezeStore freezes = new FreezeStore();

  public LiftFreeze(Ledger ledger) {
    this.ledger = ledger;
  }

  /// Reads `{reason}`; throws `Refusal.Invalid` with every problem.
  public static String parse(Json body) {
    var fields = Fields.of(body);
    var reason = fields.string("reason", 1, LONGEST_REASON);
    fields.done();
    return reason;
  }

  /// Ends a freeze of the caller's tenant; the answer is the freeze as it ended.
  public Recorded lift(Call call, UUID freezeId, String reason) {
    return lift(call, freezeId, reason, Rules.CHANGE, scope -> scope != Freeze.Scope.GLOBAL);
  }

  /// Ends a freeze of everything everywhere that the caller's tenant, the platform's, set.
  public Recorded liftEverywhere(Call call, UUID freezeId, String reason) {
    return lift(
        call, freezeId, reason, Rules.CHANGE_EVERYWHERE, scope -> scope == Freeze.Scope.GLOBAL);
  }

  private Recorded lift(
      Call call, UUID freezeId, String reason, Rules rules, Predicate<Freeze.Scope> mayLift) {
    return ledger.transact(
        call,
        new Attempt("freeze.lifted", "freeze", freezeId.toString(), Optional.of(freezeId)),
        rules,
        transaction -> lift(transaction, freezeId, reason, mayLift));
  }

  private JsonObject lift(
      LedgerTransaction transaction,
      UUID freezeId,
      String reason,
      Predicate<Freeze.Scope> mayLift) {
    var freeze =
        freezes
            .read(transaction.tenant(), freezeId)
            .filter(found -> mayLift.test(found.scope()))
            .orElseThrow(() -> new Refusal.NotFound("freeze", freezeId.toString()));
    if (freeze.lifted().isPresent()) {
      throw new Refusal.Conflict(
          "freeze_lifted", "the freeze was lifted at " + freeze.lifted().get().at());
    }
    var lifted = new Freeze.Lifted(transaction.principal().actor(), transaction.now(), reason);
    freezes.lift(transaction.tenant(), freezeId, lifted);
    SetFreeze.raise(transaction, freeze.scope());
    transaction.record(
        "freeze.lifted",
        "freeze",
        freezeId.toString(),
        freezeId,
        Json.object().put("reason", reason).build());
    return new Freeze(
            freeze.id(),
            freeze.scope(),
            freeze.value(),
            freeze.reason(),
            freeze.by(),
            freeze.since(),
            Optional.of(lifted))
        .json();
  }
}
