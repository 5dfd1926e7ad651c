/// What changes a tenant's policies and registry, and what shows his decisions; one class for each
/// verb.
///
/// Start at [SeedPolicies]. Those that prepare a tenant work inside a transaction of the caller,
/// opened to change rules; the caller writes the ledger's entry. [PutEntity] and [RemoveEntity]
/// open their own and write theirs. Each raises the counter of policies, so that no answer is
/// committed under what was before.
///
/// [ShowDecisions], [ExportDecisions] and [CountViolations] read the decision log, which is the
/// ledger's: in several short transactions, within a budget, and never silently less than was asked
/// for. [SearchAccess] changes nothing but the log: it asks the engine about many candidates.
@NullMarked
package dev.countersign.policy.usecase;

import org.jspecify.annotations.NullMarked;
