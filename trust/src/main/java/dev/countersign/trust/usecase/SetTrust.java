package dev.countersign.trust.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.store.Generation.Counter;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.trust.HarmBudget;
import dev.countersign.trust.Profile;
import dev.countersign.trust.Promotion;
import dev.countersign.trust.ScoreWeights;
import dev.countersign.trust.Setting;
import dev.countersign.trust.Severity;
import dev.countersign.trust.sequential.Budgets;
import dev.countersign.trust.store.TrustStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// An administrator says how much harm each step accepts, how likely a wrong promotion may be,
/// whether a person signs it, and what the parts of the score weigh; in force from the next commit
/// on, on every node.
///
/// Stages stay as they are. Where the terms of a step have changed, a running attempt at it ends
/// with the scope's next event and the next one begins with nothing counted. Weights change the
/// score at once and take nothing from an attempt: the test does not rest on the score.
public final class SetTrust {
  private static final int LONGEST_REASON = 500;
  private static final int STEPS = Profile.STANDARD.steps().size();

  private final TenantTransactions transactions;
  private final Ledger ledger;
  private final TrustStore store;

  public SetTrust(TenantTransactions transactions, Ledger ledger, TrustStore store) {
    this.transactions = transactions;
    this.ledger = ledger;
    this.store = store;
  }

  /// What is asked for; the profile stays what it is.
  public record Request(
      List<HarmBudget> budgets,
      double risk,
      Promotion promotion,
      ScoreWeights weights,
      String reason) {
    public Request {
      budgets = List.copyOf(budgets);
    }
  }

  /// Reads `{steps: [{budget, harm_from}], risk, promotion, score_weights?, reason}`, the lowest
  /// step first; throws `Refusal.Invalid` with every problem.
  public static Request parse(Json body) {
    var fields = Fields.of(body);
    var budgets = budgets(fields);
    var risk = number(fields, "risk", Setting.SMALLEST_RISK, Setting.LARGEST_RISK);
    var word = fields.word("promotion", "signed", "automatic");
    var weights =
        fields.optionalNested("score_weights").map(WeightsReader::read).orElse(ScoreWeights.USUAL);
    var reason = fields.string("reason", 1, LONGEST_REASON);
    fields.done();
    return new Request(
        budgets, risk.orElseThrow(), Promotion.parse(word).orElseThrow(), weights, reason);
  }

  private static List<HarmBudget> budgets(Fields fields) {
    var steps = fields.nestedList("steps", STEPS);
    if (fields.any("steps").orElse(Json.NULL) instanceof Json.JsonNull) {
      fields.problem("steps", "missing", "is required");
    } else if (steps.size() < STEPS) {
      fields.problem("steps", "too_few", "must have " + STEPS + " items, the lowest step first");
    }
    var budgets = new ArrayList<HarmBudget>();
    double before = Budgets.LARGEST;
    for (int i = 0; i < steps.size(); i++) {
      var given = number(steps.get(i), "budget", Budgets.SMALLEST, Budgets.LARGEST);
      double rate = given.orElse(before);
      if (rate > before) {
        steps
            .get(i)
            .problem("budget", "out_of_range", "must not be over the budget of the step below");
      }
      before = rate;
      var from = steps.get(i).word("harm_from", "minor", "major", "severe");
      steps.get(i).closed();
      budgets.add(new HarmBudget(rate, Severity.parse(from).orElseThrow()));
    }
    return budgets;
  }

  /// Empty if it is missing or wrong; then `Fields.done` throws.
  static Optional<Double> number(Fields fields, String name, double min, double max) {
    var number = fields.optionalNumber(name, min, max);
    if (fields.any(name).orElse(Json.NULL) instanceof Json.JsonNull) {
      fields.problem(name, "missing", "is required");
    }
    return number;
  }

  /// The answer is the setting.
  public Recorded set(Call call, Request request) {
    return ledger.transact(
        call,
        new Attempt("trust.settings_set", "trust", call.principal().tenant().toString()),
        Rules.CHANGE,
        transaction -> set(transaction, request));
  }

  private JsonObject set(LedgerTransaction transaction, Request request) {
    var tenant = transaction.tenant();
    var before = store.setting(tenant);
    var after =
        new Setting(
            before.profile(),
            request.promotion(),
            request.budgets(),
            request.risk(),
            request.weights());
    store.set(tenant, after);
    tenant.raise(Counter.TRUST);
    transaction.record(
        "trust.settings_set",
        "trust",
        transaction.principal().tenant().toString(),
        transaction.newId(),
        Json.object()
            .put("before", before.toJson())
            .put("after", after.toJson())
            .put("reason", request.reason())
            .build());
    return after.toJson();
  }

  /// The setting in force.
  public JsonObject show(Principal principal) {
    return transactions.run(principal, Rules.READ, store::setting).toJson();
  }
}
