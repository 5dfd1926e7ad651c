/// The log on PostgreSQL.
///
/// Start at [AppendPath]: the one way by which the log grows, under the lock of its head row, from
/// the batch writer's and the sequencer's connections alike. [StoredTiles] reads what it wrote.
/// [EntryContent] is how an entry's content stands in its row. [WatchedLogs] is what a witness
/// remembers, [WitnessTurns] who may ask one. [EntryWalk] looks through a tenant's entries, a
/// bounded number at a time; [EntryWindow] says which partitions that takes. [EntryDays] ends days,
/// after [HeldEntries] took out what is on hold; [ContentKeyStore] knows which secret is whose.
///
/// Who holds the head's lock does as few round trips as possible: one to lock and read, one to
/// write and commit.
@NullMarked
package dev.countersign.ledger.store;

import org.jspecify.annotations.NullMarked;
