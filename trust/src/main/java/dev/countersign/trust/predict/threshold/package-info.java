/// Up to which predicted risk actions may run by themselves, tested on outcomes of a random sample.
///
/// Start at [LearnThenTest]: risks and harms of the sample in, a [Threshold] out, or the reason why
/// everything still waits for a person.
///
/// What always holds, each a test in `LearnThenTestTest`, of all looks in `ThresholdsTest`:
///
/// - The probability that a certified threshold lets through more harm than its budget is at most
///   one minus the confidence: computed exactly for discrete risks, at the edge of the budget too.
/// - Without a sample there is no threshold; where less harm is accepted than it was certified for,
///   it admits nothing.
/// - More harm in the sample never makes a threshold larger.
@NullMarked
package dev.countersign.trust.predict.threshold;

import org.jspecify.annotations.NullMarked;
