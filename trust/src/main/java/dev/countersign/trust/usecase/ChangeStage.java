package dev.countersign.trust.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.trust.Stage;
import java.util.UUID;

/// A person changes a scope's stage: signs the step that the evidence recommends, or lowers it.
public final class ChangeStage {
  private final Ledger ledger;
  private final TrustScopes scopes;

  public ChangeStage(Ledger ledger, TrustScopes scopes) {
    this.ledger = ledger;
    this.scopes = scopes;
  }

  /// Signs the step to `to`; the caller's name stands in the entry `stage.promoted`.
  public Recorded promote(Call call, UUID scope, Stage to) {
    return ledger.transact(
        call,
        new Attempt("stage.promoted", "trust_scope", scope.toString()),
        Rules.CHANGE,
        transaction ->
            recorded(
                transaction,
                scopes.sign(
                    transaction.tenant(), scope, to, call.principal().actor(), transaction.now())));
  }

  /// Lowers the stage to `to`; from then on only a signature raises it.
  public Recorded lower(Call call, UUID scope, Stage to) {
    return ledger.transact(
        call,
        new Attempt("stage.demoted", "trust_scope", scope.toString()),
        Rules.CHANGE,
        transaction ->
            recorded(
                transaction,
                scopes.lower(
                    transaction.tenant(), scope, to, call.principal().actor(), transaction.now())));
  }

  private JsonObject recorded(LedgerTransaction transaction, StageMoves moves) {
    moves.record(transaction, transaction.newId());
    return scopes.one(transaction.tenant(), moves.scopeId());
  }
}
