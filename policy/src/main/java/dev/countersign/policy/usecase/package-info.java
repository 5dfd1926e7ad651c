/// What changes a tenant's policies and registry, one class for each verb.
///
/// Start at [SeedPolicies]. Each works inside a transaction of the caller, opened to change rules,
/// and raises the counter of policies, so that no answer is committed under what was before. The
/// caller writes the ledger's entry in the same transaction.
@NullMarked
package dev.countersign.policy.usecase;

import org.jspecify.annotations.NullMarked;
