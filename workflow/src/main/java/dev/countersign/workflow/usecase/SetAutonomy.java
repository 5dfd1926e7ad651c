package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.store.Generation.Counter;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.workflow.AutonomySetting;
import dev.countersign.workflow.Mode;
import dev.countersign.workflow.store.AutonomyStore;
import java.time.Instant;
import java.util.Optional;

/// An administrator says how far the tenant's actions may go by themselves, and which share of them
/// people decide first; in force from the next commit on, on every node.
public final class SetAutonomy {
  /// Nothing is held back but the usual share that people decide.
  public static final AutonomySetting WHOLE =
      new AutonomySetting(Mode.FULL_AUTO, AutonomySetting.USUAL_AUDIT);

  private static final int LONGEST_REASON = 500;

  private final TenantTransactions transactions;
  private final Ledger ledger;
  private final AutonomyStore store = new AutonomyStore();

  public SetAutonomy(TenantTransactions transactions, Ledger ledger) {
    this.transactions = transactions;
    this.ledger = ledger;
  }

  public record Request(AutonomySetting setting, String reason) {}

  /// Reads `{ceiling, audit_share?, reason}`; throws `Refusal.Invalid` with every problem.
  public static Request parse(Json body) {
    var fields = Fields.of(body);
    var ceiling =
        fields.word(
            "ceiling", "observe", "propose", "guarded_auto", "conditional_auto", "full_auto");
    var share = fields.optionalNumber("audit_share", 0.01, 1);
    var reason = fields.string("reason", 1, LONGEST_REASON);
    fields.done();
    int audit =
        share
            .map(given -> (int) Math.round(given * AutonomySetting.WHOLE))
            .orElse(AutonomySetting.USUAL_AUDIT);
    return new Request(new AutonomySetting(Mode.read(ceiling), audit), reason);
  }

  /// The answer is the setting.
  public Recorded set(Call call, Request request) {
    return ledger.transact(
        call,
        new Attempt("autonomy.set", "autonomy", call.principal().tenant().toString()),
        Rules.CHANGE,
        transaction -> set(transaction, request));
  }

  private JsonObject set(LedgerTransaction transaction, Request request) {
    var set =
        new AutonomyStore.Set(
            request.setting(),
            request.reason(),
            transaction.principal().actor(),
            transaction.now());
    store.write(transaction.tenant(), set);
    transaction.tenant().raise(Counter.GATES);
    transaction.record(
        "autonomy.set",
        "autonomy",
        transaction.principal().tenant().toString(),
        transaction.newId(),
        request.setting().json().with("reason", Json.of(request.reason())));
    return view(Optional.of(set));
  }

  /// The setting in force.
  public JsonObject show(Principal principal) {
    return view(transactions.run(principal, Rules.READ, store::read));
  }

  /// Sets it for a tenant that is being made.
  public void seed(TenantTransaction transaction, AutonomySetting setting, Instant now) {
    store.write(transaction, new AutonomyStore.Set(setting, "as it was made", "system", now));
  }

  private static JsonObject view(Optional<AutonomyStore.Set> set) {
    var setting = set.map(AutonomyStore.Set::setting).orElse(AutonomySetting.USUAL);
    return setting
        .json()
        .with("reason", set.<Json>map(made -> Json.of(made.reason())).orElse(Json.NULL))
        .with("changed_by", set.<Json>map(made -> Json.of(made.by())).orElse(Json.NULL))
        .with("changed_at", set.<Json>map(made -> Json.of(made.at().toString())).orElse(Json.NULL));
  }
}
