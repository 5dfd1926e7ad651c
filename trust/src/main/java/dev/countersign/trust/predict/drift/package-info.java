/// Notices that what a model is asked, or what comes of it, is not what it was trained on.
///
/// Start at [FeatureDrift], fed with each new snapshot, and [CalibrationDrift], fed with each
/// stated probability and its label. Both watch by [RunLength].
///
/// What always holds, each a test in the class named:
///
/// - While nothing changes, the mean number of observations before a false alarm is at least the
///   line, whatever the features are (`RunLengthTest`, `FeatureDriftTest`).
/// - The same observations in the same order give the same state, bit for bit.
/// - The state is bounded, whatever is observed.
@NullMarked
package dev.countersign.trust.predict.drift;

import org.jspecify.annotations.NullMarked;
