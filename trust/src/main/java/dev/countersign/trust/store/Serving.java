package dev.countersign.trust.store;

import dev.countersign.trust.predict.measure.BaseRate;
import dev.countersign.trust.predict.threshold.Thresholds;
import java.util.Optional;

/// What answers for a predictor.
///
/// @param champion the version that serves; empty before there is one
/// @param base of the labels that were known at the last look
public record Serving(Optional<Integer> champion, BaseRate base, Thresholds thresholds) {
  static final Serving NONE = new Serving(Optional.empty(), new BaseRate(0, 0), Thresholds.NONE);
}
