/// The database as every room meets it: roles, migrations, and the transaction with its tenant.
///
/// Start at [TenantTransactions]. The tenant is set in one place, per transaction; row-level
/// security does the rest, so that forgetting a `WHERE` shows nothing instead of everything.
@NullMarked
package dev.countersign.kernel.store;

import org.jspecify.annotations.NullMarked;
