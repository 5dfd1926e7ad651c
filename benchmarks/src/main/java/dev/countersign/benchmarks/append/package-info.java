/// What it costs to append to the log, beside a plain append of the same rows.
///
/// Start at [AppendBenchmark]. It runs the room alone in a plain JVM, without HTTP and policies, on
/// an embedded PostgreSQL with fsync on: as many entries a second as the [Load] can have in flight,
/// through the decision writer and, in turn with it, through a [PlainWriter] that has the same
/// queue, batches and commits and no ledger; then [CheckpointDelay], at a constant rate.
///
/// The load shares the cores with what it measures: its price is in every figure.
@NullMarked
package dev.countersign.benchmarks.append;

import org.jspecify.annotations.NullMarked;
