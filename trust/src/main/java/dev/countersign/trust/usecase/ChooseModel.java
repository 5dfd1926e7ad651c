package dev.countersign.trust.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.Generation;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.trust.predict.features.Predictor;
import dev.countersign.trust.predict.threshold.Thresholds;
import dev.countersign.trust.store.ExampleStore;
import dev.countersign.trust.store.ModelStore;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A person asks for a training, or lets an earlier version serve.
public final class ChooseModel {
  private static final int LONGEST_REASON = 1_000;
  private static final int MOST_VERSIONS = 1_000_000;

  private final Ledger ledger;
  private final Models models;
  private final ModelStore registry = new ModelStore();
  private final ExampleStore examples = new ExampleStore();

  public ChooseModel(Ledger ledger, Models models) {
    this.ledger = ledger;
    this.models = models;
  }

  /// What is asked for.
  public record Choice(int version, String reason) {}

  /// Reads `{predictor?}`: one of them, or all. Throws `Refusal.Invalid` with every problem.
  public static List<Predictor> parseDemand(Json body) {
    var fields = Fields.of(body);
    var words = Arrays.stream(Predictor.values()).map(Predictor::word).toArray(String[]::new);
    var predictor = fields.optionalWord("predictor", words).flatMap(Predictor::parse);
    fields.done();
    return predictor.map(List::of).orElseGet(() -> List.of(Predictor.values()));
  }

  /// Reads `{version, reason}`; throws `Refusal.Invalid` with every problem.
  public static Choice parseChoice(Json body) {
    var fields = Fields.of(body);
    long version = fields.integer("version", 1, MOST_VERSIONS);
    var reason = fields.string("reason", 1, LONGEST_REASON);
    fields.done();
    return new Choice((int) version, reason);
  }

  /// Asks for a training in the background. Throws [Refusal.Conflict] where no label is new: the
  /// same labels would make the same model.
  public Recorded demand(Call call, List<Predictor> predictors) {
    return ledger.transact(
        call,
        new Attempt("model.retrain_requested", "predictor", names(predictors)),
        Rules.APPLY,
        transaction -> demand(transaction, predictors));
  }

  private JsonObject demand(LedgerTransaction transaction, List<Predictor> predictors) {
    var tenant = transaction.tenant();
    var fresh =
        predictors.stream()
            .filter(predictor ->
                examples.newer(
                        tenant,
                        predictor,
                        registry.predictor(tenant, predictor).last().knownUntil(),
                        1)
                    > 0)
            .toList();
    if (fresh.isEmpty()) {
      throw new Refusal.Conflict(
          "nothing_new",
          "no label became known since the last training: it would come to the same");
    }
    fresh.forEach(predictor ->
        registry.demand(tenant, predictor, transaction.principal().actor(), transaction.now()));
    var answer =
        Json.object()
            .put("requested", Json.strings(fresh.stream().map(Predictor::word).toList()))
            .build();
    transaction.record(
        "model.retrain_requested", "predictor", names(fresh), transaction.newId(), answer);
    return answer;
  }

  private static String names(List<Predictor> predictors) {
    return String.join(",", predictors.stream().map(Predictor::word).toList());
  }

  /// Lets another version serve, from the next request on. What was compared, watched and certified
  /// belonged to the one before.
  ///
  /// Throws [Refusal.NotFound] for an unknown version, [Refusal.Conflict] for the one that serves
  /// and for one that cannot be opened.
  public Recorded serve(Call call, Predictor predictor, Choice choice) {
    return ledger.transact(
        call,
        new Attempt("model.chosen", "predictor", predictor.word()),
        Rules.CHANGE,
        transaction -> serve(transaction, predictor, choice));
  }

  private JsonObject serve(LedgerTransaction transaction, Predictor predictor, Choice choice) {
    var tenant = transaction.tenant();
    var row = registry.lock(tenant, predictor, transaction.now());
    var model =
        registry
            .version(tenant, predictor, choice.version())
            .orElseThrow(
                () -> new Refusal.NotFound("model", predictor.word() + "@" + choice.version()));
    if (row.champion().equals(Optional.of(choice.version()))) {
      throw new Refusal.Conflict(
          "serves_already", "version %d serves already".formatted(choice.version()));
    }
    if (models.manifest(tenant, predictor, choice.version()).isEmpty()) {
      throw new Refusal.Conflict(
          "model_damaged",
          "version %d cannot be opened: its file is not the registered one"
              .formatted(choice.version()));
    }
    // A sample that was tested before would be tested as if it were new: they begin anew.
    var anew = Thresholds.beginning(choice.version(), Optional.of(transaction.now()));
    registry.write(
        tenant, row.serving(choice.version(), Optional.empty()).certified(anew), transaction.now());
    tenant.raise(Generation.Counter.TRUST);
    var answer =
        Json.object()
            .put("predictor", predictor.word())
            .put("version", choice.version())
            .put("digest", model.digest().hex())
            .put("was", row.champion().map(Json::of))
            .put("reason", choice.reason())
            .build();
    transaction.record("model.chosen", "predictor", predictor.word(), transaction.newId(), answer);
    return answer;
  }
}
