/// Makes tenants.
///
/// Start at [CreateTenantCommand].
@NullMarked
package dev.countersign.cli.tenant;

import org.jspecify.annotations.NullMarked;
