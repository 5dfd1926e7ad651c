package dev.countersign.trust.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.trust.predict.Comparison;
import dev.countersign.trust.predict.Manifest;
import dev.countersign.trust.predict.drift.Drift;
import dev.countersign.trust.predict.drift.FeatureDrift;
import dev.countersign.trust.predict.features.Predictor;
import dev.countersign.trust.predict.measure.BaseRate;
import dev.countersign.trust.predict.measure.Metrics;
import dev.countersign.trust.predict.threshold.Threshold;
import dev.countersign.trust.predict.xgboost.Xgboost;
import dev.countersign.trust.store.ExampleStore;
import dev.countersign.trust.store.ModelRow;
import dev.countersign.trust.store.ModelStore;
import dev.countersign.trust.store.PredictorRow;
import dev.countersign.trust.store.TrustStore;
import java.util.List;
import java.util.Optional;

/// Shows how a tenant's predictors stand: what serves, how good it was and is, what challenges it,
/// and up to which risk actions may run. Reads store nothing.
public final class ShowModels {
  /// As many versions as a screen shows; the registry has them all.
  private static final int MOST_VERSIONS = 20;

  /// The latest answers by which a serving model is judged.
  private static final int MOST_ANSWERS = 2_000;

  private static final int MOST_PARTS = 5;

  private final TenantTransactions transactions;
  private final Models models;
  private final ModelStore registry = new ModelStore();
  private final ExampleStore examples = new ExampleStore();
  private final TrustStore settings = new TrustStore();

  public ShowModels(TenantTransactions transactions, Models models) {
    this.transactions = transactions;
    this.models = models;
  }

  /// Every predictor.
  public JsonObject all(Principal principal) {
    return transactions.run(
        principal,
        Rules.READ,
        transaction ->
            Json.object()
                .put("learner", learner())
                .put(
                    "predictors",
                    Json.array(
                        List.of(Predictor.values()).stream()
                            .map(predictor -> one(transaction, predictor))
                            .toList()))
                .build());
  }

  /// One version with all of its manifest; throws [Refusal.NotFound] for an unknown one.
  public JsonObject version(Principal principal, Predictor predictor, int version) {
    return transactions.run(
        principal,
        Rules.READ,
        transaction ->
            registry
                .version(transaction, predictor, version)
                .map(row -> brief(row).with("manifest", JsonReader.readObject(row.manifest())))
                .orElseThrow(
                    () -> new Refusal.NotFound("model", predictor.word() + "@" + version)));
  }

  private JsonObject learner() {
    return switch (models.loaded()) {
      case Xgboost.Loaded.Ready(var learner) ->
          Json.object().put("available", true).put("name", learner.name()).build();
      case Xgboost.Loaded.Missing(var why) ->
          Json.object().put("available", false).put("why", why).build();
    };
  }

  private JsonObject one(TenantTransaction transaction, Predictor predictor) {
    var row = registry.predictor(transaction, predictor);
    var serving =
        row.champion().flatMap(version -> models.manifest(transaction, predictor, version));
    return Json.object()
        .put("predictor", predictor.word())
        .put("state", state(row, serving))
        .put("champion", row.champion().map(Json::of))
        .put("base_rate", row.base().toJson())
        .put("metrics", serving.map(manifest -> manifest.metrics().toJson()))
        .put("live", serving.flatMap(manifest -> live(transaction, manifest)))
        .put("last_training", training(row.last()))
        .put(
            "new_labels",
            examples.newer(
                transaction, predictor, row.last().knownUntil(), TrainPredictors.MOST_LABELS))
        .put("comparison", row.comparison().map(ShowModels::comparison))
        .put("drift", row.drift().map(ShowModels::drift))
        .put("thresholds", Json.array(thresholds(transaction, row)))
        .put(
            "versions",
            Json.array(
                registry.versions(transaction, predictor, MOST_VERSIONS).stream()
                    .map(ShowModels::brief)
                    .toList()))
        .build();
  }

  /// In the words of predictions.
  private static String state(PredictorRow row, Optional<Manifest> serving) {
    if (row.champion().isEmpty()) {
      return "cold_start";
    }
    return serving
        .map(manifest -> manifest.skill() ? "calibrated" : "no_skill")
        .orElse("unavailable");
  }

  /// How good what it stated was, since it serves.
  private Optional<Json> live(TenantTransaction transaction, Manifest serving) {
    var answers =
        examples.latestAnswers(transaction, serving.predictor(), serving.version(), MOST_ANSWERS);
    return serving
        .base()
        .measured()
        .filter(_ -> !answers.isEmpty())
        .map(base -> Metrics.of(answers, base.value()).toJson());
  }

  private static JsonObject training(PredictorRow.LastTraining last) {
    return Json.object()
        .put("at", last.at().map(at -> Json.of(at.toString())))
        .put("known_until", last.knownUntil().map(at -> Json.of(at.toString())))
        .put("demanded_at", last.demandedAt().map(at -> Json.of(at.toString())))
        .put("stage_changed_at", last.movedAt().map(at -> Json.of(at.toString())))
        .put("drifted_at", last.driftedAt().map(at -> Json.of(at.toString())))
        .build();
  }

  private static Json comparison(Comparison comparison) {
    return Json.object()
        .put("champion", comparison.champion())
        .put("challenger", comparison.challenger())
        .put("labels", comparison.labels())
        .put("wealth", comparison.wealth())
        .put("line", Comparison.LINE)
        .build();
  }

  private static Json drift(Drift drift) {
    var parts = drift.features().parts().stream().limit(MOST_PARTS).map(ShowModels::part).toList();
    return Json.object()
        .put("raised", drift.told())
        .put("proposals", drift.features().seen())
        .put("of_features", drift.features().alarmed())
        .put("of_calibration", drift.calibration().alarmed())
        .put("features", Json.array(parts))
        .build();
  }

  private static Json part(FeatureDrift.Part part) {
    return Json.object()
        .put("feature", part.feature())
        .put("share", part.share())
        .put("stability_index", part.stability())
        .build();
  }

  private List<JsonObject> thresholds(TenantTransaction transaction, PredictorRow row) {
    var thresholds = row.thresholds();
    double budget = settings.setting(transaction).conditionalHarm();
    return thresholds.of().entrySet().stream()
        .map(entry -> {
          var type = entry.getKey();
          var threshold = entry.getValue().threshold();
          var now =
              threshold instanceof Threshold.Certified certified
                  ? Optional.of(
                      examples.within(
                          transaction, type, thresholds.version(), certified.most(), MOST_ANSWERS))
                  : Optional.<BaseRate>empty();
          return Json.object()
              .put("action_type", type)
              .put("version", thresholds.version())
              .put("looks", entry.getValue().looks())
              .put("tests", entry.getValue().tests())
              .put("next_look_at", thresholds.next(type))
              .put("threshold", threshold.toJson())
              .put(
                  "in_force",
                  !thresholds.doubtful()
                      && threshold instanceof Threshold.Certified certified
                      && certified.keepsTo(budget))
              .put("live_coverage", now.map(rate -> rate.toJson()))
              .build();
        })
        .toList();
  }

  private static JsonObject brief(ModelRow row) {
    return Json.object()
        .put("version", row.version())
        .put("digest", row.digest().hex())
        .put("reason", row.reason())
        .put("trained_at", row.trainedAt().toString())
        .build();
  }
}
