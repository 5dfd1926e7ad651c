/// What a draft of a policy set would have answered to the requests that were recorded.
///
/// Start at [Simulation]: it takes recorded decisions one by one, asks a [Draft], and counts
/// exactly which answers flip, each way. [RecordedDecision] is what the ledger's `decision.made`
/// holds.
///
/// A request is replayed with what was true when it was made: its attributes, the registered facts
/// of its model, the tenant's values. Of the draft are its policies with the tenant's own values in
/// them, and the threshold.
///
/// What always holds:
///
/// - Of every decision that was seen it is known whether it was used, erased, not replayable or not
///   readable, and the counts add up (`SimulationTest`).
/// - A decision is used only if its record holds whatever the draft's policies may read of it
///   (`SimulationTest`).
/// - Replayed under the policies that decided it, a decision comes out the same; where it does not,
///   the result says so (`SimulationPropertiesTest`).
/// - It needs the same memory for ten decisions and for a million.
///
/// Nothing here knows where decisions come from, nor of time: the same records give the same
/// result.
@NullMarked
package dev.countersign.policy.simulation;

import org.jspecify.annotations.NullMarked;
