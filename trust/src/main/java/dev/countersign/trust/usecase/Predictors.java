package dev.countersign.trust.usecase;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.trust.predict.Model.Opened;
import dev.countersign.trust.predict.Prediction;
import dev.countersign.trust.predict.features.Predictor;
import dev.countersign.trust.predict.features.Snapshot;
import dev.countersign.trust.predict.threshold.Threshold;
import dev.countersign.trust.store.Example;
import dev.countersign.trust.store.ExampleStore;
import dev.countersign.trust.store.HourStore;
import dev.countersign.trust.store.ModelStore;
import dev.countersign.trust.store.Serving;
import dev.countersign.trust.store.TrustStore;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/// Says what our own models expect of a proposal, before people and the world have spoken, and
/// keeps it with what was known then.
///
/// A prediction is shown, and one input of autonomy; it is never evidence. Nothing here fails a
/// proposal: what cannot be predicted says so, and then a person decides.
///
/// Safe for use by many threads, each with its own transaction.
public final class Predictors {
  private static final int MOST_KEPT = 5_000;

  /// How old a base rate may be. Which version serves and what is certified is never old: whatever
  /// changes them raises the generation of trust.
  private static final long SECONDS_KEPT = 10;

  private static final Duration WEEK = Duration.ofDays(7);

  private final Models models;
  private final ModelStore registry = new ModelStore();
  private final ExampleStore examples = new ExampleStore();
  private final HourStore hours = new HourStore();
  private final TrustStore settings = new TrustStore();
  private final Cache<ServingKey, Serving> serving =
      Caffeine.newBuilder().maximumSize(MOST_KEPT).build();
  private final Cache<PastKey, Past> past = Caffeine.newBuilder().maximumSize(MOST_KEPT).build();

  private record ServingKey(TenantId tenant, long generation, long bucket, Predictor predictor) {}

  private record PastKey(TenantId tenant, String queue, Instant until) {}

  public Predictors(Models models) {
    this.models = models;
  }

  /// What happened in a tenant before a moment, as far as its hours are closed.
  ///
  /// @param approvalRate approved among decided in the queue in the 7 days before its full hour
  /// @param lastHour happenings in the tenant's scopes in the last full hour
  public record Past(Optional<Double> approvalRate, long lastHour) {}

  /// What is expected of a proposal, with what was known of it.
  public record Expected(
      Snapshot decisionSnapshot,
      Prediction decision,
      Snapshot outcomeSnapshot,
      Prediction outcome) {

    /// The probability of success, where a model of our own stated one. A base rate before there is
    /// a model is nobody's statement.
    public Optional<Double> success() {
      return version(outcome).flatMap(_ -> outcome.probability());
    }

    public JsonObject json() {
      return Json.object()
          .put("decision", decision.toJson())
          .put("outcome", outcome.toJson())
          .build();
    }
  }

  /// Whether an action's predicted risk lets it run without a person.
  ///
  /// @param admitted whether it does; everything else waits
  /// @param why in words for people
  public record Risk(boolean admitted, String why) {}

  /// Where nothing is known of a case's risk.
  public static final Risk UNTOLD =
      new Risk(
          false,
          "conditional_auto needs a model that tells risky cases from others, and there is none");

  /// @param at the moment for which it is asked; hours that were closed later are not looked at
  ///   twice within five minutes
  public Past past(TenantTransaction transaction, String queue, Instant at) {
    long minutes = at.getEpochSecond() / 300;
    var key = new PastKey(transaction.tenant(), queue, Instant.ofEpochSecond(minutes * 300));
    var known = past.getIfPresent(key);
    if (known != null) {
      return known;
    }
    var hour = at.truncatedTo(ChronoUnit.HOURS);
    var fresh =
        new Past(
            hours.approvalRate(transaction, queue, hour.minus(WEEK), hour),
            hours.happenings(transaction, hour.minus(1, ChronoUnit.HOURS)));
    past.put(key, fresh);
    return fresh;
  }

  /// What the models that serve state of a proposal.
  public Expected expect(
      TenantTransaction transaction, Snapshot decision, Snapshot outcome, Instant now) {
    return new Expected(
        decision, predict(transaction, decision, now), outcome, predict(transaction, outcome, now));
  }

  private Prediction predict(TenantTransaction transaction, Snapshot snapshot, Instant now) {
    var row = serving(transaction, snapshot.predictor(), now);
    if (row.champion().isEmpty()) {
      return new Prediction.ColdStart(row.base());
    }
    return switch (models.open(transaction, snapshot.predictor(), row.champion().get())) {
      case Opened.Ready(var model) -> model.predict(snapshot);
      case Opened.Refused(var why) -> new Prediction.Unavailable(row.base(), why);
    };
  }

  private Serving serving(TenantTransaction transaction, Predictor predictor, Instant now) {
    if (transaction.mayChangeRules()) {
      return registry.serving(transaction, predictor);
    }
    var key =
        new ServingKey(
            transaction.tenant(),
            transaction.generation().trust(),
            now.getEpochSecond() / SECONDS_KEPT,
            predictor);
    var known = serving.getIfPresent(key);
    if (known == null) {
      known = registry.serving(transaction, predictor);
      serving.put(key, known);
    }
    return known;
  }

  /// Keeps what was known and stated of a proposal; MUST run in the transaction that makes it.
  ///
  /// @param sampled whether chance drew it for the share that people look at
  public void keep(
      TenantTransaction transaction,
      UUID proposalId,
      String actionType,
      Expected expected,
      boolean sampled,
      Instant at) {
    examples.add(
        transaction,
        List.of(
            example(
                proposalId,
                actionType,
                expected.decisionSnapshot(),
                expected.decision(),
                sampled,
                at),
            example(
                proposalId,
                actionType,
                expected.outcomeSnapshot(),
                expected.outcome(),
                sampled,
                at)));
  }

  private static Example example(
      UUID proposalId,
      String actionType,
      Snapshot snapshot,
      Prediction prediction,
      boolean sampled,
      Instant at) {
    return new Example(
        proposalId,
        actionType,
        snapshot,
        prediction.toJson(),
        version(prediction),
        prediction.probability(),
        sampled,
        at);
  }

  private static Optional<Integer> version(Prediction prediction) {
    return switch (prediction) {
      case Prediction.ColdStart _, Prediction.Unavailable _ -> Optional.empty();
      case Prediction.NoSkill(var _, var version) -> Optional.of(version);
      case Prediction.Calibrated calibrated -> Optional.of(calibrated.version());
    };
  }

  /// Whether what is expected of an action lets it run, by the threshold in force.
  public Risk risk(
      TenantTransaction transaction, String actionType, Expected expected, Instant now) {
    return switch (expected.outcome()) {
      case Prediction.Calibrated calibrated ->
          risk(transaction, actionType, calibrated.version(), calibrated.likelihood(), now);
      case Prediction.ColdStart _, Prediction.NoSkill _, Prediction.Unavailable _ -> UNTOLD;
    };
  }

  /// The same for a proposal whose prediction was kept: what was stated then, by the threshold of
  /// now.
  public Risk risk(TenantTransaction transaction, String actionType, UUID proposalId, Instant now) {
    var kept = examples.kept(transaction, proposalId, Predictor.OUTCOME);
    boolean calibrated =
        kept.flatMap(one -> one.json().text("kind")).filter("calibrated"::equals).isPresent();
    if (!calibrated) {
      return UNTOLD;
    }
    var said = kept.orElseThrow();
    return risk(
        transaction,
        actionType,
        said.modelVersion().orElseThrow(),
        said.stated().orElseThrow(),
        now);
  }

  private Risk risk(
      TenantTransaction transaction,
      String actionType,
      int version,
      double likelihood,
      Instant now) {
    double risk = 1 - likelihood;
    // Setting and thresholds are of one generation of trust: a lowered budget holds from its
    // commit.
    double budget = settings.setting(transaction).conditionalHarm();
    var row = serving(transaction, Predictor.OUTCOME, now);
    return switch (row.thresholds().threshold(actionType, version)) {
      case Threshold.None _ ->
          new Risk(
              false,
              "conditional_auto needs a certified threshold of risk for `%s`, and there is none"
                  .formatted(actionType));
      case Threshold.Certified certified when !certified.keepsTo(budget) ->
          new Risk(
              false,
              String.format(
                  Locale.ROOT,
                  "the threshold of risk for `%s` was certified for a harm budget of %.4f, and it"
                      + " is %.4f now",
                  actionType,
                  certified.budget(),
                  budget));
      case Threshold.Certified certified when certified.admits(risk, budget) ->
          new Risk(
              true,
              String.format(
                  Locale.ROOT,
                  "its predicted risk of %.4f is within the threshold of %.4f",
                  risk,
                  certified.most()));
      case Threshold.Certified certified ->
          new Risk(
              false,
              String.format(
                  Locale.ROOT,
                  "its predicted risk of %.4f is over the threshold of %.4f",
                  risk,
                  certified.most()));
    };
  }
}
