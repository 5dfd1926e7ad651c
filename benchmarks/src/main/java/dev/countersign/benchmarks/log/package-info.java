/// What a decision log of a million decisions costs to read.
///
/// Start at [DecisionLog]: [LoadedLog] fills the database of a demo server with decisions of the
/// past 90 days, as the engine makes them and the ledger writes them, and [DecisionLog] measures
/// over HTTP what people and auditors ask of it.
@NullMarked
package dev.countersign.benchmarks.log;

import org.jspecify.annotations.NullMarked;
