package dev.countersign.trust.usecase;

import dev.countersign.trust.Part;
import dev.countersign.trust.Stage;
import dev.countersign.trust.TrustState;
import dev.countersign.trust.predict.features.Recent;
import java.util.Optional;

/// What is known of a scope when something is proposed in it.
///
/// @param stage in force then
/// @param trust the score with the usual weights, if all its parts are known
/// @param reliability its part R; `alignment` its part A
public record ScopeFacts(
    Stage stage,
    Optional<Double> trust,
    Optional<Double> reliability,
    Optional<Double> alignment,
    Optional<Double> overrideRate,
    Recent recent) {

  /// Of a scope that was never seen.
  static final ScopeFacts NONE =
      new ScopeFacts(
          Stage.OBSERVE,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Recent.NOTHING);

  static ScopeFacts of(Stage inForce, TrustState state, Recent recent) {
    var score = state.score();
    // A range is no number; a model is told what is known and nothing else.
    boolean known = score.lowest() == score.highest();
    return new ScopeFacts(
        inForce,
        known ? Optional.of(score.lowest()) : Optional.empty(),
        score.part(Part.RELIABILITY),
        score.part(Part.ALIGNMENT),
        score.overrides(),
        recent);
  }
}
