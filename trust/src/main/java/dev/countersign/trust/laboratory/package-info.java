/// Plays made-up scopes through the rules that decide about stages, and beside them through the
/// heuristics that are usual, to see what each lets through.
///
/// Start at [Laboratory]: a [Plan] in, a [LaboratoryReport] out. [Scenario] is the list of stories,
/// [Contender] who plays them; [Ours] is the rules of production ([PromotionTest],
/// [ChangeDetector], [HarmStreak]), nothing is written twice.
///
/// Here it is one step, from people deciding to running by itself. All four, up and down, are in
/// `ladder`; what people really decided is played in `log`.
///
/// What always holds, each a test in `LaboratoryTest`:
///
/// - A plan's result is the same whatever the number of threads.
/// - All contenders see the same proposals of a scope.
/// - In every scenario that keeps the null, our share of false promotions stays under the risk.
///
/// Knows no storage, no clock and no threads of its own but the workers of a run.
@NullMarked
package dev.countersign.trust.laboratory;

import org.jspecify.annotations.NullMarked;
