/// The few words that every room shares: who acts, for which tenant, what a JSON value is and which
/// bytes of it are hashed.
///
/// Start at [Json] for values, [Principal] and [Call] for who asks, [Refusal] for a caller's
/// mistake and `store.TenantTransactions` for the only way to the database.
///
/// What always holds, each a test:
///
/// - A JSON text is accepted only if its canonical form means the same: no duplicate keys, no lone
///   surrogates, no number that a double cannot hold (`JsonReaderTest`).
/// - The canonical form is RFC 8785's, byte for byte (`CanonicalJsonTest`).
/// - A query without a tenant sees nothing (`TenantTransactionsTest`).
///
/// A thing enters this room only when three rooms need it. Nothing here knows of HTTP or of any
/// room's subject.
@NullMarked
package dev.countersign.kernel;

import org.jspecify.annotations.NullMarked;
