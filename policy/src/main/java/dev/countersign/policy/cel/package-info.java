/// Conditions in CEL, the Common Expression Language, by the library that its makers keep.
///
/// Start at [CelConditions]. A condition is parsed and type-checked once; [Guards] then refuses it
/// if it reads a key that may be missing. Conditions of simple shape are decided from the checked
/// expression ([Simple]), which takes a tenth of a microsecond; all others, and every failure, by
/// the library. [Reading] says what an expression looks at.
///
/// JSON values become CEL values like this: a number that is an integer within 2^53 is an `int`, so
/// that `row_count > 1000` and `tokens / 2` mean what they say; any other number is a `double`.
/// JSON does not tell 1.0 from 1: both are `int`. Numbers compare across the two kinds; arithmetic
/// that mixes them fails, as CEL says, and `double(...)` around the attribute mends it.
///
/// What always holds:
///
/// - Simple conditions give the library's answer, failures included (`SimpleAgreesWithCelTest`).
/// - The library answers CEL's published tests, but for a list of departures with reasons
///   (`ConformanceTest`).
/// - A condition that passed compiles without reading an optional key unguarded (`GuardsTest`).
/// - Every key that counts as guaranteed is there in the smallest check (`GuaranteedKeysTest`).
/// - Whatever a condition looks at, [Reading] names (`ReadingTest`).
@NullMarked
package dev.countersign.policy.cel;

import org.jspecify.annotations.NullMarked;
