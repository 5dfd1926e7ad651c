/// Predicts whether a person approves and whether an execution succeeds, or says why it cannot.
///
/// Start at [Training]: labelled snapshots in, a [ModelFile] out, or a cold start. [Model] opens a
/// file whose digest is the expected one and answers each snapshot with a [Prediction]: a
/// calibrated probability with what contributed to it, or the base rate and the reason for no more.
/// [ModelHistory] says which version serves, [Retraining] when a new one is due.
///
/// What always holds, each a test in `TrainingTest`, `ModelTest` or the class named:
///
/// - Nothing is learned from what was not yet known: neither a label that came later, nor a case
///   that was proposed later (`PartsTest`).
/// - Too few labels are a cold start, and a model that is not better than the base rate on cases
///   after its training has no skill: both answer with the base rate, never an invented number.
/// - The same labels give the same file, bit for bit.
/// - A file with another digest is not opened.
/// - The contributions of a prediction add up to its margin.
///
/// What learns lies behind [Learner], so that nothing here knows of a library; nothing knows of
/// storage or clocks either.
@NullMarked
package dev.countersign.trust.predict;

import org.jspecify.annotations.NullMarked;
