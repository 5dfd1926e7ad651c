/// How well stated probabilities fit what happened, each number with its interval.
///
/// Start at [Metrics], made of [Stated]s: what was predicted, and whether it happened. [Binomial]
/// holds the exact tails and bounds that everything beside it uses.
///
/// What always holds, each a test in `MetricsTest` or `BinomialTest`:
///
/// - The same predictions give the same numbers bit for bit: the bootstrap has a fixed seed.
/// - A constant prediction has an AUC of exactly one half.
/// - Clopper and Pearson's interval covers at its level or above, for every rate.
///
/// Nothing here knows of models, features or time.
@NullMarked
package dev.countersign.trust.predict.measure;

import org.jspecify.annotations.NullMarked;
