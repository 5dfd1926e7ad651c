package dev.countersign.trust;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.trust.Remembered.Phase;

/// What a scope's decisions and outcomes say, as decayed means at one time.
///
/// @param safety one minus the squared error of what our own model stated before anybody decided,
///   over observed outcomes (1 - Brier score); without a model S is unknown
/// @param overrides rollbacks, vetoes, edits and rejections in the audit share, among decisions and
///   observed outcomes
/// @param errors failed outcomes and overdue ones, among both and the successes. Alignment leaves
///   the overdue out, since they were not observed; errors count them, so that hiding bad news
///   never helps.
record Evidence(
    DecayedMean reliability,
    DecayedMean alignment,
    DecayedMean safety,
    DecayedMean value,
    DecayedMean overrides,
    DecayedMean errors) {

  static final Evidence NONE =
      new Evidence(
          DecayedMean.NOTHING,
          DecayedMean.NOTHING,
          DecayedMean.NOTHING,
          DecayedMean.NOTHING,
          DecayedMean.NOTHING,
          DecayedMean.NOTHING);

  Evidence decayed(double factor) {
    return new Evidence(
        reliability.decayed(factor),
        alignment.decayed(factor),
        safety.decayed(factor),
        value.decayed(factor),
        overrides.decayed(factor),
        errors.decayed(factor));
  }

  Evidence plusDecision(double w, boolean approved, boolean override) {
    return new Evidence(
        reliability.plus(w, approved),
        alignment,
        safety,
        value,
        overrides.plus(w, override),
        errors);
  }

  /// What came of a proposal: that of other versions for harm alone, where a success adds nothing
  /// and a failure nothing but what lowers.
  Evidence plus(double w, Remembered of) {
    boolean success = of.phase() == Phase.SUCCEEDED;
    boolean override = of.phase() == Phase.ROLLED_BACK;
    if (!of.harmAlone()) {
      return plusOutcome(w, success, of, override);
    }
    return success ? this : plusFailureAlone(w, override);
  }

  /// Takes back what [#plus] counted.
  Evidence minus(double w, Remembered of) {
    boolean success = of.phase() == Phase.SUCCEEDED;
    boolean override = of.phase() == Phase.ROLLED_BACK;
    if (!of.harmAlone()) {
      return minusOutcome(w, success, of, override);
    }
    return success ? this : minusFailureAlone(w, override);
  }

  private Evidence plusOutcome(double w, boolean success, Remembered of, boolean override) {
    return new Evidence(
        reliability,
        alignment.plus(w, success),
        of.stated().map(stated -> safety.plus(w, calibrated(stated, success))).orElse(safety),
        of.value().map(share -> value.plus(w, share)).orElse(value),
        overrides.plus(w, override),
        errors.plus(w, !success));
  }

  private Evidence minusOutcome(double w, boolean success, Remembered of, boolean override) {
    return new Evidence(
        reliability,
        alignment.minus(w, success),
        of.stated().map(stated -> safety.minus(w, calibrated(stated, success))).orElse(safety),
        of.value().map(share -> value.minus(w, share)).orElse(value),
        overrides.minus(w, override),
        errors.minus(w, !success));
  }

  private static double calibrated(double stated, boolean success) {
    double error = stated - (success ? 1 : 0);
    return 1 - error * error;
  }

  /// A rejection of what other versions proposed: it lowers what it touches and nothing else.
  Evidence plusRejectionAlone(double w, boolean override) {
    return new Evidence(
        reliability.plus(w, false),
        alignment,
        safety,
        value,
        override ? overrides.plus(w, true) : overrides,
        errors);
  }

  private Evidence plusFailureAlone(double w, boolean override) {
    return new Evidence(
        reliability,
        alignment.plus(w, false),
        safety,
        value,
        override ? overrides.plus(w, true) : overrides,
        errors.plus(w, true));
  }

  private Evidence minusFailureAlone(double w, boolean override) {
    return new Evidence(
        reliability,
        alignment.minus(w, false),
        safety,
        value,
        override ? overrides.minus(w, true) : overrides,
        errors.minus(w, true));
  }

  Evidence plusOverdue(double w) {
    return new Evidence(reliability, alignment, safety, value, overrides, errors.plus(w, true));
  }

  Evidence minusOverdue(double w) {
    return new Evidence(reliability, alignment, safety, value, overrides, errors.minus(w, true));
  }

  /// What a scope that is split off inherits: overrides and errors.
  Evidence faultsAlone() {
    return new Evidence(
        DecayedMean.NOTHING,
        DecayedMean.NOTHING,
        DecayedMean.NOTHING,
        DecayedMean.NOTHING,
        overrides,
        errors);
  }

  TrustScore score(ScoreWeights weights) {
    return new TrustScore(
        reliability.mean(),
        alignment.mean(),
        safety.mean(),
        value.mean(),
        overrides.mean(),
        weights);
  }

  JsonObject toJson() {
    return Json.object()
        .put("reliability", reliability.toJson())
        .put("alignment", alignment.toJson())
        .put("safety", safety.toJson())
        .put("value", value.toJson())
        .put("overrides", overrides.toJson())
        .put("errors", errors.toJson())
        .build();
  }

  static Evidence fromJson(JsonObject json) {
    return new Evidence(
        mean(json, "reliability"),
        mean(json, "alignment"),
        mean(json, "safety"),
        mean(json, "value"),
        mean(json, "overrides"),
        mean(json, "errors"));
  }

  private static DecayedMean mean(JsonObject json, String name) {
    return DecayedMean.fromJson(Stored.object(json, name));
  }
}
