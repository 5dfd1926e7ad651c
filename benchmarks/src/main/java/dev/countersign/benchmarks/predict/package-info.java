/// What the predictors are worth: on public data split by time, and on simulated tenants whose
/// truth is known. Start at [Predictors]; every seed is fixed, so a run repeats but for its times.
@NullMarked
package dev.countersign.benchmarks.predict;

import org.jspecify.annotations.NullMarked;
