/// Tenants and keys on PostgreSQL. The look-up of a key is the one query without a tenant.
@NullMarked
package dev.countersign.identity.store;

import org.jspecify.annotations.NullMarked;
