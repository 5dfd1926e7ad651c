/// What people, agents and timers do with cases, one class a verb.
///
/// Start at [Propose], then [DecideApproval], [ExecuteProposals] and [ReportOutcome]: the life of a
/// governed action in their order. [EditProposal] and [WithdrawProposal] change minds;
/// [EscalateApprovals] asks more people; [DecideSeveral] is many decisions in one call,
/// [CreateDelegation] has somebody else decide, and [CreateGrant] agrees beforehand. [SetVigilance]
/// and [MaintainTraps] find out whether people look. [RequestApproval] asks people what a check
/// left to them; they find it in the same inbox and decide it the same way. [OpenTask],
/// [ChangeTask] and [PostEvent] are the work beside it; [CreateRule] says what follows from it, and
/// [ReleaseCase] lets go on what a rule holds, [MigrateCase] changes what a case may go through,
/// [CorrectCase] what is known of it, [RollBack] is the way back. [ChangeGate], [SetFreeze] and
/// [LiftFreeze] are how a person stops it. The `Show...` classes read.
///
/// A verb takes a `Call` and a request that was parsed before (`parse` names every problem of its
/// shape at once), then checks in this order: existence (404), what stands against this principal
/// (403), state (409). Every change goes through the ledger; a 409 that also ends a proposal is
/// committed first and thrown afterwards ([Settled]).
///
/// What always holds, each a test: the list in the room's rules, and
///
/// - A refusal changes nothing but for its `*.refused` entry (`NegativePathsTest`).
/// - Two people who decide at once: exactly one does. Two nodes that execute at once: it is done
///   once (`AtOnceTest`).
@NullMarked
package dev.countersign.workflow.usecase;

import org.jspecify.annotations.NullMarked;
