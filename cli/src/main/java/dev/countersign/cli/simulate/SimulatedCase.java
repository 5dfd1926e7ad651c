package dev.countersign.cli.simulate;

import dev.countersign.kernel.Json.JsonObject;
import java.time.Instant;

/// A case that a model made up.
///
/// @param index from 0, in the order of `at`
/// @param at when it came in
/// @param queue in which it begins
record SimulatedCase(long index, String reference, Instant at, String queue, JsonObject facts) {}
