/// Decides about stages by statistics that stay valid however often one looks.
///
/// Start at [PromotionTest], which says when evidence is enough, and at [ChangeDetector] and
/// [HarmStreak], which say when it got worse. [RiskLine] divides a tenant's risk over steps,
/// attempts and scopes; [RateInterval] is the confidence sequence that is shown beside a test.
/// [MeanRun], [DetectionDelay] and [Cusum] measure the rules of demotion.
///
/// What always holds, each a test in `PromotionTestTest`, `ChangeDetectorTest` or
/// `RateIntervalTest`:
///
/// - A [PromotionTest] is a test supermartingale: its expected factor is at most 1 wherever the
///   probability of harm, given what came before, is at least the budget.
/// - A harm never raises it, and what is counted in another order gives the same wealth.
/// - At every constant rate up to the budget, the change detector and the streak together alarm
///   once in at least 10,000 outcomes in the mean.
/// - The same observations give the same bits: `StrictMath`, or exactly rounded arithmetic.
///
/// Nothing here knows of scopes, stages, times or storage.
@NullMarked
package dev.countersign.trust.sequential;

import org.jspecify.annotations.NullMarked;
