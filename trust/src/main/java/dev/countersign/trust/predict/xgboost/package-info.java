/// Gradient-boosted trees by XGBoost, behind the port [dev.countersign.trust.predict.Learner].
///
/// Start at [Xgboost#load]: the native library may not load (no libgomp1, no place to unpack it, no
/// such platform), and then that is what is said: no exception leaves this package for it.
///
/// What always holds, each a test in `XgboostTest`:
///
/// - The same examples give the same bytes, and a vector the same margin in a batch and alone.
/// - The contributions of a vector add up to its margin, within the error of floats.
/// - Where the library cannot load, a reason is given and nothing crashes.
///
/// One thread: results repeat, and training in the background leaves the other cores alone.
@NullMarked
package dev.countersign.trust.predict.xgboost;

import org.jspecify.annotations.NullMarked;
