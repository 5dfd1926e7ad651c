/// Moves cases from queue to queue, each move countersigned and carried out once.
///
/// Start at [WorkflowDefinition] for what may happen to a [Case], at [ProposalState] for the life
/// of a governed action and at [ComposedMode] for how far it may go by itself. The verbs are in
/// `usecase`, the tables in `store`.
///
/// What always holds, each a test:
///
/// - A transition that is not defined is forbidden (`NegativePathsTest`).
/// - A state changes only along its table ([Moves]; `StatesTest` tries every pair).
/// - The strictest of all that has a say decides, and every reason is listed (`ComposedModeTest`).
/// - As many people agree as are asked for, each counted once, whoever comes first
///   ([ApprovalRequirement]; `ApprovalRequirementTest`), and none who proposed, was proposed for or
///   edited it (`RequirementTest`).
/// - A delegate's decision is one vote, of who named him and by his roles as they are then; nobody
///   has a part in two votes about one request ([Delegation]; `DelegationTest`).
/// - A grant is used once, for what it is for, and is the vote of somebody who could decide then
///   ([PreGrant]; `PreGrantTest`).
/// - Who decides is shown all that similar cases came to, and nothing of a prediction that is kept
///   from him ([SimilarCases]; `SimilarCasesTest`, `CardTest`).
/// - A decoy is never carried out and is no evidence; who surely takes too many for real does not
///   decide alone, on no way ([Vigilance]; `VigilanceTest`, `RubberStampTest`). It ends with what
///   is real on its case (`MovedDecoyTest`).
/// - What was changed in the database after it was approved is not carried out, not asked of a
///   system again and not taken back (`TouchedRowsTest`).
/// - Who changes what stops or allows something waits for every answer that was decided by it
///   before (`ChangedAloneTest`); who acts on a case locks that first (`AtOnceTest`).
/// - A guard that does not hold, or can't be evaluated, blocks (`RequirementTest`).
/// - What was approved is what runs: one digest binds the bytes of the action (`DigestsTest`).
/// - What policies left to a person is decided by one who neither asked nor was asked for, once,
///   and bound to the question that was recorded ([AskedQuestion]; `QuestionApprovalTest`).
/// - Nothing executes without the approval of somebody who did not propose it or the authorization
///   of a stage, nor after a gate was revoked or a freeze set; nothing is executed or taken back
///   twice, and a case's version rises by exactly one for each (`InterleavingTest`).
/// - So it is however people, delegates, grants, decoys, holds, stricter policies, other systems
///   and passing time come between one another: each vote, use and attempt is counted again from
///   the log alone (`InterleavingTest`; its moves in `Repertoire`, its judges under `LogJudge`).
/// - In guarded_auto nothing runs that nothing takes back (`ReversibilityTest`).
/// - After a demotion, or under the tenant's ceiling ([AutonomySetting]), nothing runs by itself
///   (`AutomaticRunTest`).
/// - What was earned under other policies about the action, by another tool or model, does not
///   count for this one; what a caller declares of his model can only lower ([Versions];
///   `VersionsTest`).
/// - Another system is asked with one key however often, and the case moves once ([OutgoingCall];
///   `RemoteWorkTest`).
/// - What is called rolled back stands where it stood (`RollBackTest`).
/// - What a shipped [Pack] says must not pass does not, on any way and from any queue (`PackTest`,
///   `PackLifeTest`); a pack widens nothing.
/// - What a transition opens is opened once, and of two who change a [Task] at once one does
///   (`TaskTest`).
/// - All that happened to a case has one order, also what happened at one moment, and nobody posts
///   an event of our own ([CaseEvent]; `TimelineTest`).
/// - That a case stayed too long is told once, on however many nodes, and not of one that moved on
///   ([SlaTimer]; `SlaTest`).
/// - One event lets loose each rule once at most and ends there; a rule that fails stops nothing
///   else, and nobody approves what his rule proposes ([CaseRule]; `RuleTest`).
/// - A case on hold is moved by nobody, whatever was approved before (`HoldTest`); only what is
///   being taken back goes back, and stays on hold (`RemoteWorkTest`).
/// - A case keeps its version of the workflow until somebody says otherwise, and then nothing goes
///   on that was proposed before (`MigrationTest`).
///
/// Nothing here knows of HTTP, storage or a clock.
@NullMarked
package dev.countersign.workflow;

import org.jspecify.annotations.NullMarked;
