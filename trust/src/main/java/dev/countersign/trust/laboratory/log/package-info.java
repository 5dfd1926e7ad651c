/// Plays a log of what people really decided through the rules that decide about stages, and beside
/// them through the usual heuristics, half by half: on one half a contender earns, by the other it
/// is judged.
///
/// Start at [LogLaboratory]: a [LogPlan] in, a [LogReport] out. [LoggedProposal] is a line of the
/// log; [Contenders] who plays.
///
/// What always holds, each a test in `LogLaboratoryTest`:
///
/// - Nobody looks ahead: what is decided, or comes of it, is heard when it was, and a proposal is
///   made under the stage of its submission.
/// - Nothing of the half that judges is heard while the other one lasts.
/// - Each proposal is in one scope and one half; of each it is said whether it ran by itself.
///
/// A log has what people decided, not what would have come of what they stopped. So a rejected
/// proposal that runs by itself is harm let through, and it is assumed that somebody notices when
/// the log's person decided. That is kind to who promotes: in life it may take longer.
///
/// Knows no storage, no clock, no randomness, and no log: who has one hands it in.
@NullMarked
package dev.countersign.trust.laboratory.log;

import org.jspecify.annotations.NullMarked;
