package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.Recorded;

/// A person decides about several requests in one call. Each decision stands alone, in its own
/// transaction, as if it had come by itself: what is wrong with one says nothing about the others.
///
/// With an `Idempotency-Key`, [#begin] MUST come first: it refuses another body under the same key
/// before anything is decided. A repetition is answered from storage item by item, and what was
/// refused the first time is tried again.
public final class DecideSeveral {
  private final Ledger ledger;
  private final DecideApproval decide;

  public DecideSeveral(Ledger ledger, DecideApproval decide) {
    this.ledger = ledger;
    this.decide = decide;
  }

  /// Throws `Refusal.KeyReused` if another body came under the call's key.
  public void begin(Call call) {
    if (call.idempotency().isPresent()) {
      ledger.transact(
          call,
          new Attempt("approval.granted", "approval", "several"),
          Rules.READ,
          _ -> JsonObject.EMPTY);
    }
  }

  /// Decides one item; the answer and the refusals are those of a single decision.
  ///
  /// @param place of the item in its call, from 0
  public Recorded one(Call call, int place, DecisionsRequest.Item item) {
    var own =
        call.idempotency()
            .map(key -> new Call.Idempotency(key.key(), key.route() + " " + place, key.body()));
    return decide.decide(
        new Call(call.principal(), call.traceId(), call.source(), own),
        item.approvalId(),
        item.decision());
  }
}
