/// What changes a tenant's policies and registry, and what shows his decisions; one class for each
/// verb.
///
/// Start at [DraftPolicySet], [ValidatePolicySet], [ActivatePolicySet] and [ConfirmChange], which
/// are a version's way into force; [ChangeSettings] and [SwitchPolicy] change what is in force
/// without a new draft, [MaintainRegistry] what is registered, [PutEntity] and [RemoveEntity] what
/// is known of subjects and resources. Each runs in a transaction of its own, opened to change
/// rules where it does, with its ledger entries, and raises the counter of policies, so that no
/// answer is committed under what was before.
///
/// [SeedPolicies], [RegisterModel] and [RegisterOperation] work inside a transaction of the caller,
/// who writes the entry: they lay down a new tenant.
///
/// [ShowDecisions], [ExportDecisions] and [CountViolations] read the decision log, which is the
/// ledger's: in several short transactions, within a budget, and never silently less than was asked
/// for. [SearchAccess] changes nothing but the log: it asks the engine about many candidates.
///
/// [StartSimulation] begins a run that [SimulationRunner] works on in the background, and
/// [ExplainDecision] searches for what would have been permitted. Neither changes what is in force.
///
/// What always holds, each a test in `LifeCycleTest`:
///
/// - What is not provably not wider is in force only after a second person.
/// - Of many who confirm at once one does; a change that breaks off in the middle changes nothing.
/// - What is confirmed was judged against what is in force.
@NullMarked
package dev.countersign.policy.usecase;

import org.jspecify.annotations.NullMarked;
