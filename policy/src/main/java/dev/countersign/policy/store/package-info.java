/// Where a tenant's policy sets, registry and values lie: the schema `policy`.
///
/// Start at [PolicyStore] for what is in force and [PolicyVersions] for every version;
/// [PendingChanges] are what waits for a second person, [RegistryStore] what is registered.
/// [PolicySnapshots] keeps what it loaded, ready to decide. [EntityStore] is the table of what is
/// known of subjects and resources, [EntityCache] the part of it lately read. [Simulations] are the
/// runs on recorded decisions.
///
/// What always holds, each a test:
///
/// - A tenant sees and changes only his own rows (`PolicyStoreTest`).
/// - A stored version never changes: the application's role may not (`PolicyStoreTest`).
/// - A snapshot is never of an older generation than the transaction that asked for it, and never
///   of changes that are not committed (`PolicySnapshotsTest`).
/// - What is at hand of an entity belongs to one generation (`EntityStoreTest`).
@NullMarked
package dev.countersign.policy.store;

import org.jspecify.annotations.NullMarked;
