package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.store.Generation.Counter;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.workflow.Vigilance;
import dev.countersign.workflow.store.VigilanceStore;

/// An administrator says how his tenant's reviewers are watched. Under the exclusive lock of rules,
/// so that nothing is decided under what held before once this is answered.
public final class SetVigilance {
  private final TenantTransactions transactions;
  private final Ledger ledger;
  private final VigilanceStore store = new VigilanceStore();

  public SetVigilance(TenantTransactions transactions, Ledger ledger) {
    this.transactions = transactions;
    this.ledger = ledger;
  }

  /// Reads `{decoy_rate, miss_limit?, decisions_per_hour?}`; throws `Refusal.Invalid` with every
  /// problem.
  public static Vigilance parse(Json body) {
    var fields = Fields.of(body);
    if (fields.any("decoy_rate").filter(given -> !given.equals(Json.NULL)).isEmpty()) {
      fields.problem("decoy_rate", "missing", "is required");
    }
    double rate = fields.optionalNumber("decoy_rate", 0, 1).orElse(0.0);
    double limit = fields.optionalNumber("miss_limit", 0.01, 1).orElse(Vigilance.OFF.missLimit());
    var cap =
        fields.optionalInteger("decisions_per_hour", 1, Vigilance.LARGEST_CAP).map(Long::intValue);
    fields.done();
    return new Vigilance(rate, limit, cap);
  }

  /// The answer is what holds now.
  public Recorded set(Call call, Vigilance vigilance) {
    return ledger.transact(
        call,
        new Attempt("vigilance.set", "vigilance", "tenant"),
        Rules.CHANGE,
        transaction -> {
          store.set(
              transaction.tenant(), vigilance, transaction.principal().actor(), transaction.now());
          transaction.tenant().raise(Counter.GATES);
          transaction.record(
              "vigilance.set", "vigilance", "tenant", transaction.newId(), vigilance.json());
          return vigilance.json();
        });
  }

  public Json.JsonObject show(Principal principal) {
    return transactions.run(
        principal, Rules.READ, transaction -> store.settings(transaction).json());
  }
}
