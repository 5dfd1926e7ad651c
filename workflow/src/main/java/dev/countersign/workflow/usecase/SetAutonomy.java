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
import dev.countersign.workflow.ModelCeiling;
import dev.countersign.workflow.Versions;
import dev.countersign.workflow.store.AutonomyStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// An administrator says how far the tenant's actions may go by themselves, and which share of them
/// people decide first; in force from the next commit on, on every node.
public final class SetAutonomy {
  /// Nothing is held back but the usual share that people decide.
  public static final AutonomySetting WHOLE =
      new AutonomySetting(Mode.FULL_AUTO, AutonomySetting.USUAL_AUDIT);

  private static final String[] CEILINGS = {
    "observe", "propose", "guarded_auto", "conditional_auto", "full_auto"
  };

  private static final int LONGEST_REASON = 500;

  /// Who makes a tenant with its first setting.
  private static final String SEED = "system:seed";

  private final TenantTransactions transactions;
  private final Ledger ledger;
  private final AutonomyStore store = new AutonomyStore();

  public SetAutonomy(TenantTransactions transactions, Ledger ledger) {
    this.transactions = transactions;
    this.ledger = ledger;
  }

  public record Request(AutonomySetting setting, String reason) {}

  /// Reads `{ceiling, audit_share?, model_ceilings?: [{model, ceiling}], undeclared_ceiling?,
  /// reason}`; what is left out is the usual, also where something else held before. Throws
  /// `Refusal.Invalid` with every problem.
  public static Request parse(Json body) {
    var fields = Fields.of(body);
    var ceiling = fields.word("ceiling", CEILINGS);
    var models = models(fields);
    var undeclared = fields.optionalWord("undeclared_ceiling", CEILINGS);
    var share = fields.optionalNumber("audit_share", 0.01, 1);
    var reason = fields.string("reason", 1, LONGEST_REASON);
    fields.done();
    int audit =
        share
            .map(given -> (int) Math.round(given * AutonomySetting.WHOLE))
            .orElse(AutonomySetting.USUAL_AUDIT);
    var setting =
        new AutonomySetting(Mode.read(ceiling), audit, models, undeclared.map(Mode::read));
    return new Request(setting, reason);
  }

  private static List<ModelCeiling> models(Fields fields) {
    var models = new TreeMap<String, ModelCeiling>();
    for (var each : fields.nestedList("model_ceilings", AutonomySetting.MOST_MODELS)) {
      var model = each.string("model", 1, Versions.LONGEST_MODEL);
      var ceiling = Mode.read(each.word("ceiling", CEILINGS));
      each.closed();
      if (models.containsKey(model)) {
        each.problem("model", "duplicate", "is named twice");
      } else if (Versions.isModel(model)) {
        models.put(model, new ModelCeiling(model, ceiling));
      } else if (!model.isEmpty()) {
        each.problem("model", "wrong_value", ProposalRequest.MODEL_NAME);
      }
    }
    return List.copyOf(models.values());
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
    store.write(transaction, new AutonomyStore.Set(setting, "as it was made", SEED, now));
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
