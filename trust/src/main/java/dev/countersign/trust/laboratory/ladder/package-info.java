/// Plays made-up scopes through all four steps, up and down.
///
/// Start at [LadderLaboratory]: a [LadderPlan] in, a [LadderReport] out. [LadderScenario] is the
/// list of stories. [QuickLadder] plays the many by the sequential parts of production;
/// [FoldedLadder] is production itself, [TrustFold], and plays a few of the same scopes.
///
/// What always holds, each a test in `LadderLaboratoryTest`:
///
/// - Both move at the same proposals.
/// - A plan's result is the same whatever the number of threads.
/// - The share of scopes that are ever promoted falsely, over all steps and attempts, stays under
///   the risk; with a line that is not divided, or evidence that is kept, it does not.
/// - At a constant rate the stage changes at most twice in 10,000 proposals.
///
/// Knows no storage, no clock and no threads of its own but the workers of a run.
@NullMarked
package dev.countersign.trust.laboratory.ladder;

import org.jspecify.annotations.NullMarked;
