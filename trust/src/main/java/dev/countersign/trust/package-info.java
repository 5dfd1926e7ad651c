/// Decides how far a kind of action may go by itself, from what people decided and what came of it.
///
/// Start at [TrustFold]: one [TrustState] and one [TrustEvent] in, the next state and the
/// [StageChange]s out. [Recommendation] says what a scope's next step still lacks; [Profile] holds
/// the table of steps; [TrustScore], [StepFigures], [EarnedStage] and [WatchFigures] are what is
/// shown.
///
/// What always holds, each a test in `TrustFoldPropertiesTest` unless another is named:
///
/// - The same events in the same order give the same state bit for bit, whether or not it was
///   written and read in between.
/// - A rejection or a harm never raises a stage, and no event raises it by more than one.
/// - After a severe harm the stage is observe, once for each proposal.
/// - What is unknown helps nobody: a step whose required part has no evidence is not taken
///   (`RecommendationTest`).
/// - In the standard profile a proposal counts for promotion in its turn and once its window has
///   closed, and no evidence serves two steps or two attempts (`StandardProfileTest`).
/// - At every constant rate of harm the stage only rises, or never does (both profiles).
/// - Scopes do not touch each other.
/// - What a person lowered only a person raises (`TrustFoldTest`).
/// - Other versions have at most what was proven for them (`FiguresTest`), what they did well says
///   nothing of those that are named (`OtherVersionsTest`), and what was counted under other terms
///   is no evidence under these (`StandardProfileTest`).
/// - However a tenant weighs the score, by that alone nothing rises (`TrustScopesTest`).
///
/// Promotion in the standard profile asks for the sequential test of `trust.sequential` and for
/// what it takes for granted ([StandardGate]); demotion follows harm, streaks, a change that was
/// detected, idleness, other versions and people, not the score: a scope whose score falls is
/// barred from rising.
///
/// [Heard] is what the log says of all this, and [TrustReplay] folds it again, each event by the
/// [Edition] of the rules that folded it first (`EditionTest`); `trust.replay` does so with an
/// export.
///
/// Nothing here knows of storage, clocks, tenants, gates or policies; ceilings are composed where
/// the mode is. Evidence MUST come from who is independent: this room believes the event.
@NullMarked
package dev.countersign.trust;

import org.jspecify.annotations.NullMarked;
