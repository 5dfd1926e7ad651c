/// What the other rooms ask of trust, inside a transaction that they opened.
///
/// Start at [TrustScopes]. Whoever observes an event writes the ledger entries of the changes that
/// come of it: this room does not know the ledger's use cases.
@NullMarked
package dev.countersign.trust.usecase;

import org.jspecify.annotations.NullMarked;
