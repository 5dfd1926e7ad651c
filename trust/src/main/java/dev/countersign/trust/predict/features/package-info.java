/// What a model may know of a proposal: one schema for training and for serving.
///
/// Start at [DecisionFeatures] and [OutcomeFeatures]: what is known when an action is proposed.
/// Each makes a [Snapshot], which is stored with the proposal; an [Encoding], fixed at training,
/// makes the model's vector of it. Case facts are whatever typed attributes the workflow's
/// definition has, so a new industry needs no code.
///
/// What always holds, each a test in `EncodingTest` or `SnapshotTest`:
///
/// - A snapshot that was stored and read again encodes to the same vector, bit for bit.
/// - What is missing is missing, never 0; a category that was not there at training is missing too.
/// - The encoding does not depend on the order of the cases from which it was fixed.
///
/// Nothing here knows of labels: a snapshot is made before there is one.
@NullMarked
package dev.countersign.trust.predict.features;

import org.jspecify.annotations.NullMarked;
