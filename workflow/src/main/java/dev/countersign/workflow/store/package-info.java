/// The tables of cases, proposals, approvals, executions, gates and freezes.
///
/// Start at [ProposalStore]; each class reads and writes the tables of its name, always of the
/// transaction's tenant, stateless and safe for use by many threads. Rows are locked in one order
/// everywhere, so that nothing waits in a circle: case, proposal, approval request, trust scope. A
/// request about a decision is locked alone. [DueWork] alone looks across tenants, at ids and
/// times, under the timer's credentials.
///
/// It knows nothing of who may do what: the use cases do.
@NullMarked
package dev.countersign.workflow.store;

import org.jspecify.annotations.NullMarked;
