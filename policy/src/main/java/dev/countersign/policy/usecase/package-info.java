/// What changes a tenant's policies and registry, and what shows his decisions; one class for each
/// verb.
///
/// Start at [SeedPolicies]. What changes something works inside a transaction of the caller, opened
/// to change rules, and raises the counter of policies, so that no answer is committed under what
/// was before. The caller writes the ledger's entry in the same transaction.
///
/// [ShowDecisions], [ExportDecisions] and [CountViolations] read the decision log, which is the
/// ledger's: in several short transactions, within a budget, and never silently less than was asked
/// for.
@NullMarked
package dev.countersign.policy.usecase;

import org.jspecify.annotations.NullMarked;
