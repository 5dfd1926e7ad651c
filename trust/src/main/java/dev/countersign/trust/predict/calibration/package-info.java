/// Turns a model's margin into a probability that can be believed.
///
/// Start at [Calibration]: fitted on cases from which the trees did not learn, never on those by
/// which it is judged.
///
/// What always holds, each a test in `CalibrationTest`:
///
/// - Isotonic regression is the least squares fit among rising functions, compared with the formula
///   that says so for every point.
/// - No calibration states 0 or 1.
/// - What is written and read again states the same probabilities bit for bit.
@NullMarked
package dev.countersign.trust.predict.calibration;

import org.jspecify.annotations.NullMarked;
