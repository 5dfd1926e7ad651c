/// Tenants and keys on PostgreSQL. Without a tenant are the look-up of a key, the count of calls,
/// and what nodes report of failed attempts.
@NullMarked
package dev.countersign.identity.store;

import org.jspecify.annotations.NullMarked;
