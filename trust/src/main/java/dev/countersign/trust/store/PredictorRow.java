package dev.countersign.trust.store;

import dev.countersign.trust.predict.Comparison;
import dev.countersign.trust.predict.Retraining;
import dev.countersign.trust.predict.drift.Drift;
import dev.countersign.trust.predict.features.Predictor;
import dev.countersign.trust.predict.measure.BaseRate;
import dev.countersign.trust.predict.threshold.Thresholds;
import java.time.Instant;
import java.util.Optional;

/// How one of a tenant's predictors stands.
///
/// @param champion the version that serves; empty before there is one
/// @param base of the labels that were known at the last look
/// @param drift of the version that serves
public record PredictorRow(
    Predictor predictor,
    Optional<Integer> champion,
    BaseRate base,
    LastTraining last,
    Optional<Comparison> comparison,
    Optional<Drift> drift,
    Thresholds thresholds) {

  /// The last training, and what asked for another one since.
  ///
  /// @param at when it was, also if it came to a cold start
  /// @param knownUntil the last label that it knew
  /// @param demandedAt when a person asked, `movedAt` when a stage moved, `driftedAt` when
  ///   something drifted
  public record LastTraining(
      Optional<Instant> at,
      Optional<Instant> knownUntil,
      Optional<Instant> demandedAt,
      Optional<Instant> movedAt,
      Optional<Instant> driftedAt) {
    static final LastTraining NONE =
        new LastTraining(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    /// @param newLabels that became known after it
    /// @param labels how many there are to learn from
    public Retraining.Since since(long newLabels, long labels) {
      return new Retraining.Since(
          at,
          newLabels,
          labels,
          demandedAt.isPresent(),
          movedAt.isPresent(),
          driftedAt.isPresent());
    }
  }

  public static PredictorRow fresh(Predictor predictor) {
    return new PredictorRow(
        predictor,
        Optional.empty(),
        new BaseRate(0, 0),
        LastTraining.NONE,
        Optional.empty(),
        Optional.empty(),
        Thresholds.NONE);
  }

  public PredictorRow counting(BaseRate rate) {
    return new PredictorRow(predictor, champion, rate, last, comparison, drift, thresholds);
  }

  public PredictorRow comparing(Optional<Comparison> next) {
    return new PredictorRow(predictor, champion, base, last, next, drift, thresholds);
  }

  public PredictorRow watching(Optional<Drift> next) {
    return new PredictorRow(predictor, champion, base, last, comparison, next, thresholds);
  }

  public PredictorRow certified(Thresholds next) {
    return new PredictorRow(predictor, champion, base, last, comparison, drift, next);
  }

  /// Another version serves; what was compared, watched and certified belonged to the one before.
  public PredictorRow serving(int version, Optional<Drift> watched) {
    return new PredictorRow(
        predictor,
        Optional.of(version),
        base,
        last,
        Optional.empty(),
        watched,
        thresholds.serving(version));
  }

  /// A training came to its end: what asked for it is answered.
  public PredictorRow trained(Instant at, Optional<Instant> knownUntil) {
    var answered =
        new LastTraining(
            Optional.of(at), knownUntil, Optional.empty(), Optional.empty(), Optional.empty());
    return new PredictorRow(predictor, champion, base, answered, comparison, drift, thresholds);
  }

  /// What was certified ends with the drift, and another model is asked for.
  public PredictorRow drifted(Instant at) {
    var asked =
        new LastTraining(
            last.at(), last.knownUntil(), last.demandedAt(), last.movedAt(), Optional.of(at));
    return new PredictorRow(
        predictor,
        champion,
        base,
        asked,
        comparison,
        drift.map(Drift::raised),
        Thresholds.beginning(champion.orElse(0), Optional.of(at)));
  }
}
