/// The check: may this AI operation run?
///
/// Start at [CheckRequest], which is read from a body against what the tenant declared; [Checked]
/// is the request with its decision, [CheckAnswer] what the caller gets and [CheckRecord] what the
/// ledger keeps.
///
/// What always holds:
///
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
