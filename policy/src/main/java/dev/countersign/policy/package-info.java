/// Decides whether a subject may perform an action on a resource.
///
/// Start at [PolicyDecisionPoint]: one [Request] in, one [Decision] out. [Policy] is what a tenant
/// writes, [PolicySet] what he puts into force, [TenantPolicies] what is in force for him now,
/// together with what he registered. The words are AuthZEN's and Cedar's.
///
/// What always holds, one property each in `DecisionPropertiesTest`:
///
/// - Default forbid: without a satisfied permit there is no permission.
/// - Forbid overrides permit.
/// - A policy that cannot be evaluated never widens access.
/// - The order of policies does not matter.
/// - A monitored policy never changes an answer.
/// - Disabling a permit never permits more.
/// - The index leaves out only policies that cannot apply (held to an engine without index).
///
/// Nothing here knows of HTTP, storage, time or the language of conditions: that is a port
/// ([Conditions]), and `cel` stands behind it. Deciding is a pure function, so a decision can be
/// replayed from the ledger years later. `check` is what a platform asks before it runs an AI
/// operation, `lifecycle` how a set comes into force, `tests` what travels with it, `simulation`
/// what a draft would have answered, `explain` what would have been permitted, `store` where
/// versions lie, `usecase` what changes them.
@NullMarked
package dev.countersign.policy;

import org.jspecify.annotations.NullMarked;
