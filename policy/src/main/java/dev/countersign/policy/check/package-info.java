/// What may be asked: the check of an AI operation, and AuthZEN's evaluations and searches.
///
/// Start at [Question]: a [CheckRequest] or an [EvaluationRequest], read from a body against what
/// the tenant declared; [Checked] is the question with its decision, [CheckAnswer] or
/// [EvaluationAnswer] what the caller gets and [CheckRecord] what the ledger keeps of both.
/// [EvaluationsRequest] holds several evaluations, [SearchRequest] is one with a gap.
///
/// What always holds:
///
/// - No member of an evaluation's context passes for one of ours (`EvaluationRequestTest`).
/// - Metadata describes a call and never carries its content (`ContentScanTest`).
/// - One refusal names all problems (`CheckRequestTest`).
/// - A declaration can raise the risk, never lower it: with the starter set, what a caller adds to
///   his request never turns a refusal into a permission (`CheckTest`).
/// - What is recorded is enough to decide again (`CheckTest`).
///
/// Nothing here knows of HTTP, tickets or approvals; the server adds those.
@NullMarked
package dev.countersign.policy.check;

import org.jspecify.annotations.NullMarked;
